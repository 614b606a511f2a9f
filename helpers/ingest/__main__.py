"""Raw tweets to tables: `python -m helpers.ingest RAW… --out DIR`."""

from helpers.ingest import main

if __name__ == "__main__":
    main()

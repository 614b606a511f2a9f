"""Ingest: raw Twitter v1.1 JSON becomes the study's tables, and a ledger that accounts for every line.

`lines` reads files, `tweets` makes rows of objects, `ledger` makes the tables, `accounts` reads files of
accounts, `gazetteer` tells the state that a location names.

    python -m helpers.ingest RAW… --out DIR
"""

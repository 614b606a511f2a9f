"""Run the numbered notebooks over a study: `python -m helpers.reproduce [STUDY]`."""

from helpers import commands


def main() -> int:
    """The runner's command line, imported here so that an interruption meanwhile is told of, too."""
    from helpers.reproduce import notebooks

    return notebooks.main()


if __name__ == "__main__":
    commands.run(main)

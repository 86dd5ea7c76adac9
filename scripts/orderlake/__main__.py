"""The entry point, installed as `orderlake` and run by `python -m orderlake`.

Ctrl-C ends the program with one line and no traceback from its first line on. Slow imports are
therefore inside `main`.
"""


def main() -> None:
    """Settle the standard streams, then run the command line."""
    try:
        from orderlake.cli.streams import settle_streams

        settle_streams()
        from orderlake.cli import main as run

        run()
    except KeyboardInterrupt:
        import sys

        from orderlake.errors import STOPPED

        sys.stderr.write("error: stopped\n")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()

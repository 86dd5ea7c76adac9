"""The entry point, installed as `orderlake` and run by `python -m orderlake`.

From its first line on, Ctrl-C ends the program with a line and not with a traceback; so it imports
what takes time only within.
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

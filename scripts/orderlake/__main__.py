"""The entry point, installed as `orderlake` and run by `python -m orderlake`.

From its first line on, Ctrl-C ends the program with a line and not with a traceback; so it imports
what takes time only within, and after Ctrl-C only what is in Python itself: a module whose import
was broken off cannot be imported again.
"""

STOPPED = 130  # the exit code of Ctrl-C: 128 and the signal's number, as shells have it


def main() -> None:
    """Settle the standard streams, then run the command line."""
    try:
        from orderlake.cli.streams import settle_streams

        settle_streams()
        from orderlake.cli import main as run

        run()
    except KeyboardInterrupt:
        import sys

        sys.stderr.write("error: stopped\n")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()

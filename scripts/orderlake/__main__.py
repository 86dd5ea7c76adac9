"""`python -m orderlake`: the same command line."""

from orderlake.cli import main

main()

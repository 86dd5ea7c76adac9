"""The command line: everything a person types, from set-up of a local AWS to an answer."""

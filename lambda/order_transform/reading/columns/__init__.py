"""Which column of a file is which field, by the names in its header."""

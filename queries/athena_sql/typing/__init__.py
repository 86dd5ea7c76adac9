"""The Trino type of every expression of a statement."""

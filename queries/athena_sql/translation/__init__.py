"""Athena's statements as DuckDB statements that give the same answer."""

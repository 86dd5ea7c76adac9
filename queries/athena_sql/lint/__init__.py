"""What is not portable between Athena and DuckDB, found before it runs.

`rule` says what a rule is, `check` runs them all, and the other modules hold them by kind.
"""

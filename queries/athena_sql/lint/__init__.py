"""Find SQL that is not portable between Athena and DuckDB, before it runs.

`rule` says what a rule is, `check` runs them all, and the other modules hold them by kind.
"""

"""Athena's SQL: read, typed, checked, translated for DuckDB, and run there.

Knows neither click nor boto3, so that the command line and the local Athena can both use it.
"""

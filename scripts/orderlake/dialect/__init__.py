"""Athena's SQL: read, checked against the catalog, and told to DuckDB with Trino's meaning.

Pure: it opens no file and no connection.
"""

"""Run Athena's SQL on a DuckDB connection, and answer with Trino's types."""

"""Glue's jobs: what they are, and their runs as processes with PySpark."""

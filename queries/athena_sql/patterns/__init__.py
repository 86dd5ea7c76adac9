"""The small languages inside texts: regular expressions, date patterns, JSON paths.

Each is read with Trino's rules and told to DuckDB, or refused.
"""

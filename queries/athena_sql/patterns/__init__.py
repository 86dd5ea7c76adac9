"""The small languages inside texts: regular expressions, date patterns, JSON paths.

Each is read by Trino's rules and translated for DuckDB, or refused.
"""

"""Hive types and columns, and the union of two schemas; nothing here reads a file."""

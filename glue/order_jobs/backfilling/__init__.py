"""The backfill: many order files through the function's own package, one per core at a time."""

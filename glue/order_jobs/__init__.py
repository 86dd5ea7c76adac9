"""What Glue's Spark runs over order files: the backfill, and the writing of the curated table.

It takes its settings from a job's arguments and knows nothing of the command line.
"""

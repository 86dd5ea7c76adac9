"""A Glue crawler that crawls: objects in, Glue tables and partitions out.

Pure: it touches no AWS, no emulator and no clock, and it knows nothing about what the data means.
"""

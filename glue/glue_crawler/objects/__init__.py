"""The objects of a target: listed, left out by patterns, and read, many at a time."""

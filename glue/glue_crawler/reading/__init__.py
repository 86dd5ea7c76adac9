"""The head of one object: decompressed, recognised, and read into a schema."""

"""Which files belong to one table, and which folders are its partitions."""

"""Apache Iceberg tables without a server: the files that a table consists of."""

"""A Trino server beside LocalStack, on its Glue and its S3: the engine that Athena is made of."""

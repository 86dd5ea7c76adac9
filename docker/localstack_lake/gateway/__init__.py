"""The way into LocalStack: where it listens, which requests get in, and who signed them."""

"""The SQL statements over one file, and the engine that runs them."""

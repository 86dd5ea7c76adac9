"""The Glue service: moto's catalog, with a working crawler."""

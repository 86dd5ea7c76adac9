"""The Glue service: moto's catalog, with a crawler that really crawls."""

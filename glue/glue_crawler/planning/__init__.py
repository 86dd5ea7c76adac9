"""Crawl findings beside the catalog: what must be created, updated, marked or deleted."""

"""The deployed pipeline: send files, crawl, and learn what became of each file."""

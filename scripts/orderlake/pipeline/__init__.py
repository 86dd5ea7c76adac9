"""The deployed pipeline: send files, crawl, and find out the outcome of each file."""

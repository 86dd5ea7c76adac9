"""The Glue table of the processed orders: its columns get the contract's types after a crawl."""

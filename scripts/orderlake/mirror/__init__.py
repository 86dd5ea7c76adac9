"""The local copy of a lake: its objects by ETag and its catalog, as one snapshot.

`store` is the folder and opens no connection; `sync` brings it up to date from S3 and Glue.
"""

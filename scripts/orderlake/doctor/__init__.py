"""Check whether a machine and an account have what orderlake needs."""

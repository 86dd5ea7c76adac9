"""What a machine and an account have of what orderlake needs."""

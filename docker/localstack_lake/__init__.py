"""What open-source LocalStack lacks for a data lake: a crawler, Lambda without Docker, types."""

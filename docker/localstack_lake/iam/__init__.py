"""IAM, enforced: who calls, which policies count, and what they decide."""

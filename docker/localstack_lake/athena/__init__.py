"""The Athena service: work groups, and the operations on them that moto lacks."""

"""The plugin: what open-source LocalStack lacks for a data lake."""

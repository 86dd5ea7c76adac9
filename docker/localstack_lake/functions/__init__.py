"""Lambda without Docker: functions as processes, under AWS's own runtime client."""

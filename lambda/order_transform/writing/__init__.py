"""The outputs of one file: lines, rejects and a report, compressed."""

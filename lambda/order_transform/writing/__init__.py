"""What one file becomes: lines, rejects, a report, compressed."""

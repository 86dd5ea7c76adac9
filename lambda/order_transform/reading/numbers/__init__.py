"""How a file writes its numbers."""

"""How a file writes its dates."""

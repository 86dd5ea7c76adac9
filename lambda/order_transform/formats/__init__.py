"""The formats in which order files come, one module for each; everything after them reads text."""

"""The formats of order files, one module per format; everything after them reads text."""

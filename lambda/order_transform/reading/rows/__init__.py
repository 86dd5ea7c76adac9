"""The rows of a file as Python reads them: which are orders, and what they lack or share."""

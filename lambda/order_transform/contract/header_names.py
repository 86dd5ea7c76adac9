"""What of a header counts for matching; pure text, shared by the contract and its readers."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def normalise(header: str) -> str:
    """Return what of a header counts for matching: letters and digits, without case."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(char for char in text if char.isalnum())

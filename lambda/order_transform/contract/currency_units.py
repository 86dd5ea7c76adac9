"""How many decimals a currency has, and so how much its smallest unit is. Pure."""

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal
NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
# These have hundredths by law, and no price has them.
NO_DECIMALS_IN_USE = NO_DECIMALS | {"COP", "HUF", "IDR", "IRR", "ISK", "KHR", "LAK", "MMK"}
THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def decimal_places(currency: str) -> int:
    """Return how many decimals a currency has, by its code in capital letters: 2 for EUR."""
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2

"""The characters that Trino and Java take away at the ends of a text."""

# What Trino trims: Java's white space, without the spaces that do not break.
WHITESPACE = (
    "".join(
        map(chr, (*range(9, 14), *range(28, 33), 0x1680, *range(0x2000, 0x2007), 0x2008, 0x2009))
    )
    + "\u200a\u2028\u2029\u205f\u3000"
)
# What Java's String.trim takes away: everything up to the space.
CONTROLS = "".join(map(chr, range(1, 33)))

"""Trino's grammar of a query, read strictly: text to tokens to a tree in which places are kept.

`tokens` splits the text, `expressions` and `queries` read it, `nodes` says what they return.
"""

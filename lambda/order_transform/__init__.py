"""The order transform: CSV order exports in, exact and validated JSON Lines out.

The zip's root is this package's parent, so `order_transform.handler` is spelled the same on a
laptop and in AWS Lambda.
"""

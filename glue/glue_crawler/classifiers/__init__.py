"""Custom classifiers: grok patterns, JSON paths and CSV rules that a user has defined.

Source: docs.aws.amazon.com/glue/latest/dg/custom-classifier.html.
"""

"""The report: every query's answer and the pipeline's health, as one HTML file without a network.

`gather` asks, `section`, `health` and `overview` hold what was answered, `page` and its neighbours
only draw it, and `serve` shows it while the local AWS runs.
"""

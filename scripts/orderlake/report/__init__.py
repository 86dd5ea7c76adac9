"""The report: every query's answer and the pipeline's health, in one HTML file that works offline.

`gather` collects the data; `section`, `health` and `overview` hold it; `page` and the modules
beside it only draw it; and `serve` shows it while the local AWS runs.
"""

"""Recognise folders that hold an Iceberg, Delta or Hudi table, so that they are left alone.

Their files include rows that were replaced or deleted, so a plain table over them answers wrongly.
AWS has targets of their own for them (docs.aws.amazon.com/glue/latest/dg/crawler-data-stores.html);
that a plain S3 target leaves them alone is our own rule. It knows folders and keys only.
"""

from collections.abc import Iterator

from glue_crawler.grouping.survey import Survey

# The folder below a table's root that shows its format.
_LOG_FOLDERS = {"_delta_log/": "Delta", ".hoodie/": "Hudi"}
_ICEBERG_FOLDER, _ICEBERG_FILE = "metadata/", ".metadata.json"


def set_aside_lake_tables(survey: Survey) -> list[str]:
    """Take the files of such tables out of a survey, and return a warning for each table."""
    roots = dict(_find_roots(survey))
    for folder in list(survey.folders):
        if any(folder.startswith(root) for root in roots):
            survey.drop(folder)
    return [
        f"{root or 'the bucket'} is a table of {name}, and is left alone: its files also hold rows "
        "that were replaced; register it with an engine that knows the format"
        for root, name in sorted(roots.items())
    ]


def _find_roots(survey: Survey) -> Iterator[tuple[str, str]]:
    for folder in survey.folders:
        for log_folder, name in _LOG_FOLDERS.items():
            before, found, _ = f"/{folder}".partition(f"/{log_folder}")
            if found:
                yield f"{before}/".removeprefix("/"), name
        if f"/{folder}".endswith(f"/{_ICEBERG_FOLDER}") and any(
            key.endswith(_ICEBERG_FILE) for _, files in survey.contents(folder) for key in files
        ):
            yield folder.removesuffix(_ICEBERG_FOLDER), "Iceberg"

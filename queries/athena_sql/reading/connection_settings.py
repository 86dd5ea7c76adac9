"""The settings of DuckDB connections that read the lake."""

# DuckDB takes a program without a file for a person's session, and would draw a bar between the
# lines that such a program prints.
NO_PROGRESS_BAR = "set enable_progress_bar = false"
# An object is read once or twice and then never again; DuckDB would keep its text in memory, and
# could take it for the text of the next object that has the same path.
CACHE_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_file_cache": "false"
}

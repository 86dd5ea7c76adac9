"""Assign the files of a result to output keys."""

from order_transform.delivery.layout import member_key, outputs_for
from order_transform.writing.compression import OutputFile
from order_transform.writing.result import Result


def output_files(key: str, result: Result, compression: str) -> dict[str, OutputFile | None]:
    """Return the file for each output key of a raw key, None for an output without rows."""
    outputs = outputs_for(key, compression)
    files = {outputs.processed: result.processed, outputs.rejected: result.rejected}
    for member in result.members:
        files |= output_files(member_key(key, member.name), member.result, compression)
    return files

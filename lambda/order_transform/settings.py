"""The function's settings: environment variables as plain values, read once per invocation."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from order_transform.delivery.layout import RAW_PREFIX
from order_transform.sql.engine import Engine


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; KeyError names a variable that is missing."""

    processed_bucket: str
    compression: str
    engine: Engine
    raw_prefix: str = RAW_PREFIX

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that the template sets and those that Lambda sets."""
        compression = environment.get("COMPRESSION", "gzip").lower()
        if compression not in ("gzip", "none"):
            raise ValueError(f"COMPRESSION is {compression!r}; it must be gzip or none")
        memory_mib = int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"))
        return cls(
            environment["PROCESSED_BUCKET"],
            compression,
            engine_for(memory_mib),
            environment.get("RAW_PREFIX", RAW_PREFIX),
        )


def engine_for(memory_mib: int) -> Engine:
    """Return the resources that DuckDB may use in a function of this size.

    A quarter of the memory: the interpreter, boto3 and the buffers of the CSV reader and of the
    lines on their way out, which DuckDB does not count, take about 150 MB beside it.
    """
    return Engine(threads=2, memory_mib=min(max(memory_mib // 4, 128), 2048))

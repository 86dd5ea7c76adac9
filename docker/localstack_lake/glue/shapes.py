"""The shape of what Glue takes and answers: JSON objects, as the AWS SDKs have them."""

from typing import Any

type GlueDict = dict[str, Any]

"""What LocalStack's start can do without. It has to be said before LocalStack imports its handlers.

This module may import nothing that imports them.
"""

from importlib import import_module

# mypy: disallow-untyped-decorators=False
from localstack.runtime import hooks

from localstack_lake.speed.deferred_imports import deferred_imports
from localstack_lake.speed.routing import write_addresses_on_demand

_VALIDATION = "localstack.aws.handlers.validation"
_OPENAPI = {
    "openapi_core": ["OpenAPI"],
    "openapi_core.contrib.werkzeug": ["WerkzeugOpenAPIRequest", "WerkzeugOpenAPIResponse"],
    "openapi_core.exceptions": ["OpenAPIError"],
    "openapi_core.validation.request.exceptions": ["RequestValidationError"],
    "openapi_core.validation.response.exceptions": ["ResponseValidationError"],
}


@hooks.on_runtime_create()
def shorten_start() -> None:
    """Load the validation of LocalStack's own paths only where its settings ask for it.

    It is a tenth of the start.
    """
    from localstack import config

    write_addresses_on_demand()
    if not (config.OPENAPI_VALIDATE_REQUEST or config.OPENAPI_VALIDATE_RESPONSE):
        with deferred_imports([_VALIDATION], _OPENAPI):
            import_module("localstack.aws.handlers")

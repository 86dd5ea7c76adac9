"""The first handler of every request: it lets in only requests of this machine's owner.

Three questions, in this order: does LocalStack itself call? Is the host name ours, and no web page
behind the request? Is it signed with a key that this LocalStack knows? The last question is asked
only if LocalStack was started with a key.
"""

import hmac
import logging
import os
import secrets
from datetime import UTC, datetime
from typing import Any

from localstack import config
from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER, InternalClientFactory
from localstack.http import Response
from localstack.http.request import get_raw_path
from localstack.runtime import get_current_runtime
from localstack.utils.patch import Patch

from localstack_lake.gateway import acting
from localstack_lake.gateway.access_keys import CODE_SECRET, AccessKeys, own_keys
from localstack_lake.gateway.authentication import InvalidSignature, check_signature, error_code
from localstack_lake.gateway.request_origin import refusal_of
from localstack_lake.gateway.sent_request import SentRequest

LOG = logging.getLogger(__name__)

# Host names beside this machine's own, with commas between: a container's name in its network.
NAMES_VARIABLE = "LAKE_HOST_NAMES"
# Says whether LocalStack is up, and nothing else.
_HEALTH_PATH = "/_localstack/health"
_INTERNAL_HEADER = "x-lake-internal"
# In whose name LocalStack calls itself (gateway/acting.py).
_IDENTITY_HEADER = "x-lake-identity"


class Entrance:
    """Refuses a request, or passes it on to the next handlers."""

    def __init__(self, keys: AccessKeys | None, internal_token: str, names: frozenset[str]) -> None:
        self._keys = keys
        self._token = internal_token.encode()
        self._names = names

    def __call__(self, chain: Any, context: RequestContext, response: Response) -> None:
        """Called by LocalStack for each request, on any thread."""
        headers = context.request.headers
        token = headers.pop(_INTERNAL_HEADER, None)
        identity = headers.pop(_IDENTITY_HEADER, None)
        if token is not None and hmac.compare_digest(token.encode(), self._token):
            context.is_from_localstack = True
            context.acting_for = identity
            return
        # only LocalStack itself may set the account of a call
        headers.pop(INTERNAL_REQUEST_PARAMS_HEADER, None)
        if reason := refusal_of(headers.get, self._names):
            LOG.warning("refused %s %s: %s", context.request.method, context.request.path, reason)
            _answer_forbidden(chain, response, reason)
        elif self._keys is not None and not _is_health_check(context):
            try:
                check_signature(sent_request(context), self._keys, datetime.now(UTC))
            except InvalidSignature as error:
                _refuse_in_protocol(chain, context, response, error)


def is_from_localstack(context: RequestContext) -> bool:
    """Whether LocalStack itself sent a request that has come in."""
    return bool(context.get("is_from_localstack"))


def acting_for(context: RequestContext) -> str | None:
    """Return the identity in whose name LocalStack itself sent a request."""
    identity: str | None = context.get("acting_for")
    return identity


def sent_request(context: RequestContext) -> SentRequest:
    """Return the request as it came in, before LocalStack changes anything."""
    request = context.request
    headers = [(name.lower(), value) for name, value in request.headers.items()]
    return SentRequest(
        request.method,
        get_raw_path(request),
        request.environ.get("QUERY_STRING", ""),
        headers,
        lambda: request.get_data(cache=True),
        lambda: request.form.to_dict(),
    )


def _is_health_check(context: RequestContext) -> bool:
    return context.request.method in ("GET", "HEAD") and context.request.path == _HEALTH_PATH


def _answer_forbidden(chain: Any, response: Response, reason: str) -> None:
    response.status_code = 403
    response.set_response(f"refused: {reason}\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    # ends the chain without its response handlers, which would allow a page to read the answer
    chain.terminate()


def _refuse_in_protocol(
    chain: Any, context: RequestContext, response: Response, error: InvalidSignature
) -> None:
    """Answer as the service would, so that a client shows its usual message."""
    service = _parse_service(chain, context, response)
    if service is None:
        _answer_forbidden(chain, response, str(error))
        return
    code = error_code(error.kind, service, context.protocol)
    raise CommonServiceException(code, str(error), 403, sender_fault=True)


def _parse_service(chain: Any, context: RequestContext, response: Response) -> str | None:
    handlers.parse_service_name(chain, context, response)
    if context.service is None:
        return None
    # The operation decides only the form of the error; any operation will do.
    context.operation = context.service.operation_model(context.service.operation_names[0])
    return str(context.service.service_name)


def install() -> None:
    """Put the entrance before all other handlers, and let LocalStack's own clients through it."""
    own = own_keys()
    token = secrets.token_urlsafe(32)
    names = os.environ.get(NAMES_VARIABLE, "").split(",")
    known_names = frozenset(name.strip().lower() for name in names if name.strip())
    known = own | {config.INTERNAL_RESOURCE_ACCOUNT: CODE_SECRET}
    entrance = Entrance(AccessKeys(known) if own else None, token, known_names)
    handler_chain: list[Any] = get_current_runtime().components.gateway.request_handlers
    handler_chain.insert(0, entrance)
    _mark_internal_clients(token)


def _mark_internal_clients(token: str) -> None:
    make_client = InternalClientFactory._get_client_post_hook

    def add_token(params: dict[str, Any], **_: object) -> None:
        params["headers"][_INTERNAL_HEADER] = token
        if identity := acting.acting_for():
            params["headers"][_IDENTITY_HEADER] = identity

    def make_marked_client(self: InternalClientFactory, client: Any) -> Any:
        client.meta.events.register("before-call.*.*", add_token)
        return make_client(self, client)

    Patch(InternalClientFactory, "_get_client_post_hook", make_marked_client).apply()

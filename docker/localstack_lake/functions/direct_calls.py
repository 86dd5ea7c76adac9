"""Run a function within LocalStack's process, for an event of its queue or of a bucket.

LocalStack's own way is a signed request to itself for each event, which took a tenth of the
processor time of an upload of many small files, and a thread of its web server for each run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from localstack.aws.api import RequestContext, lambda_
from localstack.aws.spec import load_service
from localstack.http import Request
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.xray.trace_header import TraceHeader

from localstack_lake.iam.enforcement import check_for_service


@dataclass(frozen=True, slots=True)
class DirectCalls:
    """What LocalStack uses of a client of Lambda, for one account and region."""

    account_id: str
    region: str
    headers: Mapping[str, str] = field(default_factory=dict)
    service: Mapping[str, str] = field(default_factory=dict)

    @property
    def exceptions(self) -> Any:
        """The errors of Lambda, as `invoke` raises them."""
        return lambda_

    def custom_headers(self, headers: Mapping[str, str]) -> "DirectCalls":
        """Return the same calls with the event's own request id and trace."""
        return replace(self, headers=headers)

    def request_metadata(self, **service: str) -> "DirectCalls":
        """Return the same calls by a service, whose `source_arn` the function's policy allows."""
        return replace(self, service=service)

    def invoke(self, **request: Any) -> dict[str, Any]:
        """Run a function, or queue its event; raises ServiceException, as for a request."""
        context = self._context(request)
        check_for_service(self.service, context)
        invoke = SERVICE_PLUGINS.require("lambda").skeleton.dispatch_table["Invoke"]
        given: Any = request | {"Payload": BytesIO(request["Payload"])}
        answer: Any = invoke(context, given)
        return {**answer, "Payload": BytesIO(answer.get("Payload", b""))}

    def _context(self, request: Any) -> RequestContext:
        context = RequestContext(Request())
        context.account_id, context.region = self.account_id, self.region
        context.service = load_service("lambda")
        context.operation = context.service.operation_model("Invoke")
        context.service_request = request
        context.request_id = self.headers.get("X-Amz-Request-Id", context.request_id)
        read_trace: Any = TraceHeader.from_header_str  # has no types
        trace = read_trace(self.headers.get("X-Amzn-Trace-Id")).ensure_root_exists()
        context.trace_context["aws_trace_header"] = trace
        return context

"""An AWS on loopback that knows whose credentials it is sent, and refuses everything else.

Each refusal is the document that AWS sends for the service's protocol, over real HTTP, so that
what a command says of it went through the real client: signing, parsing, retries and all.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from loopback import LoopbackHandler, serving

ACCOUNT = "123456789012"
SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn><UserId>A</UserId>
<Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is answered: an error code, its message, the HTTP status; `body` for any other text."""

    code: str
    message: str
    status: int = 400
    body: str | None = None


@dataclass
class RefusingAws:
    """What the server answers with, and how often each service was asked."""

    endpoint_url: str
    fault: Fault = field(default_factory=lambda: Fault("InternalFailure", "no", 500))
    is_known: bool = True
    requests: Counter[str] = field(default_factory=Counter)

    def refuse(self, fault: Fault, *, is_known: bool = True) -> None:
        """From now on answer with a fault; `is_known`: all but the question of who is asking."""
        self.fault, self.is_known = fault, is_known
        self.requests.clear()

    def answer(self, service: str) -> tuple[int, str, dict[str, str]]:
        """Return status, body and headers for a request to a service."""
        self.requests[service] += 1
        fault = self.fault
        if service == "sts" and self.is_known:
            return 200, IDENTITY, {"Content-Type": "text/xml"}
        if fault.body is not None:
            return fault.status, fault.body, {"Content-Type": "text/html"}
        return fault.status, *document(service, fault)


def document(service: str, fault: Fault) -> tuple[str, dict[str, str]]:
    """Return the error as a service writes it."""
    code, message = escape(fault.code), escape(fault.message)
    if service == "s3":
        text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return text, {"Content-Type": "application/xml"}
    if service in ("sts", "cloudformation", "iam", "sns"):
        error = f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
        text = f"<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>"
        return text, {"Content-Type": "text/xml"}
    if service == "lambda":
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": fault.code}
        return json.dumps({"Message": fault.message}), headers
    body = {"__type": fault.code, "message": fault.message}
    return json.dumps(body), {"Content-Type": "application/x-amz-json-1.1"}


@contextmanager
def refusing_aws() -> Iterator[RefusingAws]:
    """Serve on a free port of loopback until left."""

    class Handler(LoopbackHandler):
        def take(self) -> None:
            self.read_body()
            scope = SCOPE.search(self.headers.get("Authorization", ""))
            status, body, headers = aws.answer(scope["service"] if scope else "unsigned")
            self.send(status, body.encode(), headers)

    with serving(Handler) as url:
        aws = RefusingAws(url)
        yield aws

"""LocalStack's web server, listening on the addresses that it is given and on no other.

LocalStack's own ignores the host of `GATEWAY_LISTEN` for IPv4 and listens on all of this machine's
addresses; it also goes on silently if a port is taken.
"""

from typing import Any

from localstack import config
from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.runtime.server.twisted import TwistedRuntimeServer
from localstack.utils.patch import Patch
from rolo.gateway import Gateway
from rolo.serving import twisted as serving
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor as twisted_reactor
from twisted.internet import ssl


class LeanSite(TwistedGateway):
    """The site that rolo serves a gateway with, without twisted's log and its reading of forms.

    LocalStack logs each call and reads each form itself. In an upload of many small files, twisted
    doing the same took a sixth of the server's processor time.
    """

    def __init__(self, gateway: Gateway) -> None:
        make_gateway: Any = super().__init__
        make_gateway(gateway)
        self._parsePOSTFormSubmission = False

    def log(self, request: object) -> None:
        """Write nothing."""


class WholeResponse(serving.HeaderPreservingWSGIResponse):
    """A response that sends a body of one piece in one turn of the reactor, with head and end.

    Twisted waits for a turn to send the piece, and takes another to end the response.
    """

    _body = b""

    def write(self, data: bytes) -> None:
        """Send a piece of the body; called on a thread that is not the reactor's."""
        if not self.started and not self._body and self._is_whole(data):
            self._body = data
        else:
            send: Any = super().write
            send(data)

    def _is_whole(self, data: bytes) -> bool:
        length = str(len(data))
        return any(
            name.lower() == "content-length" and told == length for name, told in self.headers
        )

    def _sendResponseHeaders(self) -> None:  # noqa: N802  # twisted's name
        send: Any = super()._sendResponseHeaders
        send()
        if self._body:
            self.request.write(self._body)
            self._body = b""


class ExactAddressServer(TwistedRuntimeServer):
    """Serves the gateway; everything but the addresses is LocalStack's."""

    def register(
        self,
        gateway: Gateway,
        listen: list[config.HostAndPort],
        ssl_creds: tuple[str, str] | None = None,
    ) -> None:
        """Called once by LocalStack. Raises twisted's CannotListenError."""
        factory: Any = LeanSite(gateway)
        if ssl_creds:
            factory = _with_tls(factory, *ssl_creds)
        Patch(serving, "HeaderPreservingWSGIResponse", WholeResponse).apply()
        reactor: Any = twisted_reactor
        for address in listen:
            reactor.listenTCP(address.port, factory, interface=address.host)


def _with_tls(factory: Any, certificate: str, key: str) -> Any:
    """Serve HTTP and HTTPS on the same port."""
    make_context: Any = ssl.DefaultOpenSSLContextFactory
    context_factory = make_context(key, certificate)
    context_factory.getContext().use_certificate_chain_file(certificate)
    multiplexer: Any = TLSMultiplexerFactory
    return multiplexer(context_factory, False, factory)

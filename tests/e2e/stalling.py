"""A proxy on loopback that stops after a number of bytes of answers."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CHUNK_BYTES = 1 << 16


@dataclass
class Wire:
    """How far answers come: `left` bytes, and then nothing until it is released."""

    port: int
    left: int
    has_stalled: threading.Event = field(default_factory=threading.Event)
    is_released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def allow(self, size: int) -> int:
        """Take a number of bytes out of those that are left; returns how many there were."""
        with self.lock:
            taken = min(size, self.left)
            self.left -= taken
            return taken

    def answer(self, server: socket.socket, client: socket.socket) -> None:
        """Carry what the server says until either is gone."""
        while data := server.recv(CHUNK_BYTES):
            allowed = len(data) if self.is_released.is_set() else self.allow(len(data))
            client.sendall(data[:allowed])
            if allowed < len(data):
                self.has_stalled.set()
                self.is_released.wait()
                client.sendall(data[allowed:])
        client.shutdown(socket.SHUT_WR)

    def ask(self, client: socket.socket, server: socket.socket) -> None:
        """Carry what the client says until either is gone."""
        while data := client.recv(CHUNK_BYTES):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


def quietly(carry: Callable[[socket.socket, socket.socket], None], *ends: socket.socket) -> None:
    """Carry bytes; an end that has closed is not an error here."""
    try:
        carry(*ends)
    except OSError:
        for end in ends:
            end.close()


@contextmanager
def stalling_wire(to_port: int, after_bytes: int) -> Iterator[Wire]:
    """Yield a wire to a server on loopback; it is released at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(int(listener.getsockname()[1]), after_bytes)

        def take() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                    server = socket.create_connection(("127.0.0.1", to_port))
                except OSError:
                    return
                for carry, one, other in (
                    (wire.ask, client, server),
                    (wire.answer, server, client),
                ):
                    threading.Thread(target=quietly, args=(carry, one, other), daemon=True).start()

        threading.Thread(target=take, daemon=True).start()
        try:
            yield wire
        finally:
            wire.is_released.set()

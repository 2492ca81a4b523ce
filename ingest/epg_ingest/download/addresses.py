"""Which addresses a download may connect to, and connections that hold to it and to a deadline.

Under `deny` a name is resolved once, here, and only addresses that passed the check are connected to, so
that a name server that answers differently the second time gains nothing; the peer of the connected socket
is checked as well. Nothing is sent to a forbidden address, not even a SYN.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from ..core.errors import DownloadError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: prefixes whose last 32 bits are an IPv4 address (RFC 4291 2.5.5.1, RFC 6052, RFC 8215)
_EMBEDDING = tuple(ipaddress.IPv6Network(net) for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))


class Policy:
    """`private_addresses`: `allow` lets everything pass; `deny` only public addresses and `allowed` networks. `permit` is the
    command that messages name.

    Raises ValueError for another word or a network that is not in CIDR form.
    """

    def __init__(
        self, private_addresses: str = "allow", allowed: Sequence[str] = (), permit: str = ""
    ) -> None:
        if private_addresses not in ("allow", "deny"):
            raise ValueError(f"private_addresses is {private_addresses!r}; it must be 'allow' or 'deny'")
        self.deny = private_addresses == "deny"
        self.remedy = f", or permit it with: {permit}" if permit else ""
        self.networks = [ipaddress.ip_network(network, strict=False) for network in allowed]

    def permits(self, address: str) -> bool:
        """Whether this numeric address may be connected to."""
        if not self.deny:
            return True
        ip = ipaddress.ip_address(address)
        return any(ip in network for network in self.networks) or all(map(_is_public, _meant(ip)))

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be connected to, in the resolver's order.

        Raises socket.gaierror for an unknown name, DownloadError (`address`) when none is permitted.
        """
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
        addresses = [str(info[4][0]) for info in found]
        permitted = [address for address in dict.fromkeys(addresses) if self.permits(address)]
        if not permitted:
            raise self.refusal(host)
        return permitted

    def refusal(self, host: str) -> DownloadError:
        return DownloadError(
            f"{host} is not at a public address, and this provider may connect to public addresses only; "
            f"use another URL{self.remedy}",
            "address",
        )


class Wire:
    """The connections of one attempt: made under `policy`, cut off after `seconds`.

    The time-out of a socket starts again with every byte. Without this limit, a server could send one byte at a time for ever.
    """

    def __init__(self, policy: Policy, seconds: float) -> None:
        self.policy = policy
        self.expired = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(seconds, 0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Wire:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        for watched in self._sockets:
            watched.close()

    def connect(self, connection: HTTPConnection, dial: Callable[[], socket.socket]) -> socket.socket:
        """`dial` the host of `connection`; under `deny`, its permitted addresses one after the other."""
        if not self.policy.deny:
            return self._watched(dial())
        name, failed = connection.host, None
        for address in self.policy.resolve(name, connection.port or 0):
            try:
                return self._checked(name, _dial_address(connection, address, dial))
            except (OSError, HTTPError) as error:
                failed = error
        raise failed or socket.gaierror(socket.EAI_NONAME, "no address")

    def _checked(self, host: str, sock: socket.socket) -> socket.socket:
        if not self.policy.permits(str(sock.getpeername()[0])):
            sock.close()
            raise self.policy.refusal(host)
        return self._watched(sock)

    def _watched(self, sock: socket.socket) -> socket.socket:
        # a duplicate: TLS takes the original away, and shutdown acts on the connection, not on the descriptor
        self._sockets.append(sock.dup())
        if self.expired:
            self._cut()
        return sock

    def _cut(self) -> None:
        self.expired = True
        for watched in list(self._sockets):
            with suppress(OSError):
                watched.shutdown(socket.SHUT_RDWR)


class WireAdapter(HTTPAdapter):
    """The transport of requests over the connections of a `Wire`."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _WiredTlsConnection if pool.scheme == "https" else _WiredConnection
        pool.conn_kw["wire"] = self.wire
        return pool


class _WiredConnection(HTTPConnection):
    def __init__(self, *args: Any, wire: Wire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wire = wire

    def _new_conn(self) -> socket.socket:
        return self.wire.connect(self, super()._new_conn)


class _WiredTlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, wire: Wire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wire = wire

    def _new_conn(self) -> socket.socket:
        return self.wire.connect(self, super()._new_conn)


def _dial_address(
    connection: HTTPConnection, address: str, dial: Callable[[], socket.socket]
) -> socket.socket:
    """`dial` to `address`, with the host name back in its place for the Host header and for TLS."""
    name, connection.host = connection.host, address
    try:
        return dial()
    finally:
        connection.host = name


def _meant(ip: Address) -> list[Address]:
    """`ip` and the IPv4 addresses inside it: mapped, 6to4, Teredo, NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    inside: list[Address | None] = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _EMBEDDING):
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    return [ip, *(address for address in inside if address is not None)]


def _is_public(ip: Address) -> bool:
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or site_local)

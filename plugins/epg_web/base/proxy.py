"""The address by which clients reach this server, where a proxy stands between: `public_url`, and what trusted proxies say.

Datasette builds absolute links from the scheme and the `Host` of a request, and relative ones from its path. So the request is
put right once, before anything reads it:

1. From a trusted proxy, `X-Forwarded-For`, `-Proto` and `-Host` replace client, scheme and host. From others they are
   ignored. `epg-ingest serve` turns off what uvicorn does with them, so this is the only place that reads them there.
2. `public_url` replaces scheme and host of every request.
3. The path is without `base_url`, whether the proxy has removed it or not. Datasette adds it to links; where the proxy keeps
   it, Datasette alone would add it twice.
"""

import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .http import Scope, header

#: overrides the setting of the same name, for containers
VARIABLE = "EPG_PUBLIC_URL"
#: the proxies that uvicorn trusts, by its own rules: addresses and networks with commas, or `*` for all
SERVER_VARIABLE = "FORWARDED_ALLOW_IPS"
LOOPBACK = ("127.0.0.0/8", "::1/128")
#: first parts of addresses that this site has itself: with one as `base_url`, nobody could tell whether a proxy removed it
TAKEN = ("-", "api", "channels", "epg", "guide", "logo", "programs", "static")
EVERYBODY = ("0.0.0.0/0", "::/0")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks as networks. Raises ValueError for a text that is neither."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def is_host(text: str) -> bool:
    """Whether it is a name or an address, with or without a port, as in a `Host` header. A name may have an underscore, as
    those of containers do."""
    found = _HOST.fullmatch(text)
    return found is not None and int(found[1] or 0) < 65_536


def read_public_url(text: str) -> SplitResult:
    """The address in its parts. Raises ValueError in words for one that is no site's address."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not is_host(parts.netloc) or parts.query or parts.fragment:
        raise ValueError("public_url must be the address of the site, such as https://guide.example.org or "
                         "https://example.org/tv")  # fmt: skip
    return parts


def wrong_with(found: dict[str, Any]) -> str | None:
    """The first mistake in `public_url` and `trusted_proxies`, None where there is none."""
    url, proxies = found.get("public_url"), found.get("trusted_proxies", [])
    if not isinstance(proxies, list) or not all(isinstance(text, str) for text in proxies):
        return "trusted_proxies must be a list of addresses and networks, such as [127.0.0.1, 10.0.0.0/8]"
    try:
        networks(proxies)
    except ValueError as error:
        return f"trusted_proxies: {error}"
    if url is None:
        return None
    try:
        read_public_url(url if isinstance(url, str) else "")
    except ValueError as error:
        return str(error)
    return None


@dataclass(frozen=True)
class Proxies:
    """How requests are read. `front` is `base_url` without its last slash, "" without one. `server` is what another ASGI
    server trusts: `uvicorn` and `datasette` put the client's address in the proxy's place, with the port 0."""

    front: str
    public: SplitResult | None
    trusted: tuple[Network, ...]
    server: tuple[Network, ...] = networks(["127.0.0.1"])

    def seen(self, scope: Scope) -> Scope:
        """The request as the client made it, with the path that routes know."""
        scope = self._forwarded(scope) if self._by_proxy(scope) else scope
        if self.public is not None:
            scope = _at(scope, self.public.scheme, self.public.netloc)
        return self._without_front(scope)

    def _by_proxy(self, scope: Scope) -> bool:
        """Whether the peer is trusted. A client of a Unix socket has no address: it is on this machine. One with the port 0
        came through a proxy that uvicorn trusts, no matter which, so all of those have to be trusted here too."""
        client = scope.get("client")
        if client is None:
            return bool(self.trusted)
        if client[1] == 0:
            return bool(self.server) and all(self._includes(network) for network in self.server)
        return self._trusts(client[0])

    def _includes(self, network: Network) -> bool:
        return any(
            network.version == known.version
            and network.network_address in known
            and network.prefixlen >= known.prefixlen
            for known in self.trusted
        )

    def _trusts(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)

    def _forwarded(self, scope: Scope) -> Scope:
        """With what the proxy says. Of several values the last one is the proxy's own; others a client may have made up."""
        host, scheme = _last(scope, b"x-forwarded-host"), _last(scope, b"x-forwarded-proto").lower()
        client = scope.get("client")
        if client is not None and client[1] != 0:
            scope = {**scope, "client": self._client(scope, client)}
        return _at(
            scope,
            scheme if scheme in ("http", "https") else None,
            host if is_host(host) else None,
        )

    def _client(self, scope: Scope, peer: tuple[str, int]) -> tuple[str, int]:
        """The last address in `X-Forwarded-For` that is no trusted proxy, else the first one, else the peer."""
        passed = [text.strip() for text in header(scope, b"x-forwarded-for").split(",") if text.strip()]
        strangers = [text for text in passed if not self._trusts(text)]
        found = strangers[-1:] or passed[:1]
        return (found[0], 0) if found else peer

    def _without_front(self, scope: Scope) -> Scope:
        """An address below `base_url` without it."""
        front, raw = self.front, scope.get("raw_path")
        if not front or front.split("/")[1] in TAKEN or not scope["path"].startswith(front + "/"):
            return scope
        scope = {**scope, "path": scope["path"][len(front) :]}
        if raw and raw.startswith(front.encode() + b"/"):
            scope["raw_path"] = raw[len(front.encode()) :]
        return scope

    def led(self, location: str) -> str:
        """An address to which an answer redirects, with `base_url` where it lacks it: Datasette forgets it in some."""
        within = location == self.front or location.startswith(self.front + "/")
        elsewhere = not location.startswith("/") or location.startswith(("//", "/\\"))
        return location if within or elsewhere else self.front + location


def _last(scope: Scope, name: bytes) -> str:
    return header(scope, name).rpartition(",")[2].strip()


def _at(scope: Scope, scheme: str | None, host: str | None) -> Scope:
    """The request with another scheme and host; None leaves one as it is. Two hosts stay, so that the request is refused."""
    if scheme is not None:
        scope = {**scope, "scheme": scheme}
    if host is not None and sum(name == b"host" for name, _ in scope["headers"]) < 2:
        rest = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope = {**scope, "headers": [(b"host", host.encode()), *rest]}
    return scope


def server_networks(text: str | None) -> tuple[Network, ...]:
    """What uvicorn trusts with this value of `FORWARDED_ALLOW_IPS`; None where it is not set. Raises ValueError for a text that
    is neither address nor network."""
    if text is None:
        return networks(["127.0.0.1"])
    listed = [part.strip() for part in text.split(",") if part.strip()]
    return networks(EVERYBODY if "*" in listed else listed)


def proxies_of(settings: dict[str, Any], base_url: str) -> Proxies:
    """What the plugin's settings, `EPG_PUBLIC_URL` and `FORWARDED_ALLOW_IPS` say. Raises ValueError in words for an address
    that does not fit."""
    text = os.environ.get(VARIABLE) or settings.get("public_url")
    public = read_public_url(text) if text else None
    front = base_url.rstrip("/")
    if public is not None and public.path.rstrip("/") != front:
        raise ValueError(
            f"public_url is {text}, so the setting base_url must be {public.path.rstrip('/')}/ and not {base_url}"
        )
    given = os.environ.get(SERVER_VARIABLE)
    try:
        server = server_networks(given)
    except ValueError as error:
        raise ValueError(f"{SERVER_VARIABLE}: {error}") from error
    trusted = settings.get("trusted_proxies")
    if trusted is None:
        return Proxies(front, public, networks(LOOPBACK) if given is None else server, server)
    return Proxies(front, public, networks(trusted), server)

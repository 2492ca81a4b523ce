"""Values of the download step: what to fetch, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """What to fetch: an http(s) URL, a file: URL or a path; request headers; the validators last seen. Or a `command`: the
    arguments of a program that prints the feed.

    Under `private_addresses = "deny"` only public addresses and `allowed_networks` (CIDR) are connected to,
    and no file is read. `permit` is the command that permits it, for the message; "" where there is none.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    etag: str | None = None
    last_modified: str | None = None
    private_addresses: str = "allow"
    allowed_networks: tuple[str, ...] = ()
    permit: str = ""
    command: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Download:
    """A body at `path`, or None there with status 304: not modified.

    `sha256` (hex) and `size` (bytes) are of the body as stored. `http_status` is None for a file. `encodings` are the names in
    Content-Encoding, in lower case; `charset` is that of Content-Type, None without one. `secrets` are the strings that came
    with the request, its redirects and its cookies, and must not be shown. `clock_ahead` is by how many seconds this machine's
    clock is ahead of the server's, None where that does not say what time it is. `said` is the end of what a command wrote to
    standard error, one line, with secrets.
    """

    path: Path | None
    http_status: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    size: int
    encodings: tuple[str, ...] = ()
    charset: str | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    clock_ahead: int | None = None
    said: str = ""

"""Values of the download step: what to fetch, within which limits, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import __version__

GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """Settings `download.*`. Times in seconds, sizes in bytes.

    `retries` counts the attempts after the first. `max_ratio` is decompressed to compressed size; it is
    looked at once more than 64 MiB have come out.
    """

    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    deadline: float = 3600.0
    retries: int = 2
    backoff: float = 2.0
    max_bytes: int = 2 * GIB
    max_unpacked_bytes: int = 16 * GIB
    max_ratio: int = 1000
    max_redirects: int = 10
    user_agent: str = f"datasette-epg/{__version__}"


@dataclass(frozen=True)
class Source:
    """What to fetch: an http(s) URL, a file: URL or a path; request headers; the validators last seen.

    Under `private_addresses = "deny"` only public addresses and `allowed_networks` (CIDR) are connected to,
    and no file is read.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    etag: str | None = None
    last_modified: str | None = None
    private_addresses: str = "allow"
    allowed_networks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Download:
    """A body at `path`, or None there with status 304: not modified.

    `sha256` (hex) and `size` (bytes) are of the body as stored. `http_status` is None for a file.
    """

    path: Path | None
    http_status: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    size: int


def in_words(size: int) -> str:
    """A size in bytes for people: `2 GiB`, `1.5 MiB`, `500 bytes`."""
    for unit, name in ((GIB, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"

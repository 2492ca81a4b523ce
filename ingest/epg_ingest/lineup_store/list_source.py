"""From the address of a line-up to the list that is there.

xtream: the account → player_api.php, one address for the streams and one for the names of their groups
tvheadend: the address as it is; the streams of a list without addresses are at /stream/channel/UUID of its server
else:   the address as it is; of a tuner without a path, its lineup.json
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from ..core.deadline import Deadline
from ..core.errors import FeedError
from ..core.limits import Limits
from ..download.fetch import fetch
from ..download.model import Download, Source
from ..download.xtream import XtreamAccount, account_of
from ..lineups.entry import LineupEntry, Playlist, SourceKind
from ..lineups.reading import list_reader
from ..unpack.layers import unpack
from .zipped_list import is_zip, list_in_zip

#: a list of groups has a few hundred rows; what is larger is none
MOST_GROUP_BYTES = 20_000_000


def address_of(kind: str | None, url: str) -> str:
    """The address that is asked for the list of a source."""
    if kind == "xtream" and "://" in url and not url.startswith("file:"):
        return account_of(url).api("get_live_streams")
    parts = urlsplit(url)
    if kind == "hdhomerun" and parts.scheme in ("http", "https") and parts.path in ("", "/"):
        return urlunsplit(parts._replace(path="/lineup.json"))
    return url


def read_list(
    download: Download, kind: str | None, source: Source, url: str, limits: Limits, deadline: Deadline
) -> Playlist:
    """The list in a download, with the addresses of all streams. `url` is the address of the source as a person gave it.

    Raises `FeedError` for what is no list, is cut off or damaged, and `DownloadError` for the groups of an Xtream account.
    """
    assert download.path is not None
    groups: dict[str, str] = {}
    account = None
    if kind == "xtream" and "://" in url and not url.startswith("file:"):
        account = account_of(url)
        groups = _groups(account, source, limits, deadline)
    found = _read(download.path, kind, groups, download.encodings, limits, deadline)
    if found.kind == "tvheadend":
        return replace(found, entries=tuple(_on_server(entry, url) for entry in found.entries))
    if account is None:
        return found
    return replace(found, entries=tuple(_with_address(entry, account) for entry in found.entries))


def _read(
    path: Path,
    kind: str | None,
    groups: dict[str, str],
    encodings: Sequence[str],
    limits: Limits,
    deadline: Deadline,
) -> Playlist:
    """The list in a file, which may be packed."""
    if is_zip(path):
        packed = _Blocks(list_in_zip(path, limits, deadline))
        return list_reader.read(cast("BinaryIO", packed), _known(kind), groups=groups)
    blocks = unpack(path, limits, encodings, deadline)
    found = list_reader.read(cast("BinaryIO", _Blocks(blocks)), _known(kind), groups=groups)
    if blocks.damage:
        raise FeedError(f"the list is damaged: {blocks.damage}; fetch it again", "notwell")
    return found


def _known(kind: str | None) -> SourceKind | None:
    kinds: dict[str, SourceKind] = {
        "m3u": "m3u", "hdhomerun": "hdhomerun", "xtream": "xtream", "tvheadend": "tvheadend", "csv": "csv",
    }  # fmt: skip
    return kinds.get(kind or "")


def _with_address(entry: LineupEntry, account: XtreamAccount) -> LineupEntry:
    if entry.address or not entry.other_ids:
        return entry
    return entry._replace(address=account.stream(entry.other_ids[0]))


def _on_server(entry: LineupEntry, url: str) -> LineupEntry:
    """An entry of tvheadend's `/api/channel/grid`, which names no stream: its stream is on the same server, under its uuid, for
    the same user. The server may be below a path."""
    parts = urlsplit(url)
    if entry.address or not entry.source_id or parts.scheme not in ("http", "https"):
        return entry
    root = parts.path.partition("/api/")[0].rstrip("/")
    address = f"{parts.scheme}://{parts.netloc}{root}/stream/channel/{quote(entry.source_id, safe='')}"
    return entry._replace(address=address)


def _groups(account: XtreamAccount, source: Source, limits: Limits, deadline: Deadline) -> dict[str, str]:
    """The names of groups by their ids; none where the panel has no list of them."""
    asked = replace(source, url=account.api("get_live_categories"), etag=None, last_modified=None)
    with fetch(asked, replace(limits, max_bytes=MOST_GROUP_BYTES), deadline=deadline) as download:
        try:
            rows = orjson.loads(Path(download.path or "").read_bytes())
        except (orjson.JSONDecodeError, OSError):
            return {}
    return dict(_named(rows)) if isinstance(rows, list) else {}


def _named(rows: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("category_name"), str):
            yield str(row.get("category_id")), row["category_name"]


class _Blocks:
    """An iterable of blocks as a stream that can be read."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks, self.rest = iter(blocks), b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size or size < 0:
            block = next(self.blocks, None)
            if block is None:
                break
            self.rest += block
        cut = len(self.rest) if size < 0 else size
        found, self.rest = self.rest[:cut], self.rest[cut:]
        return found

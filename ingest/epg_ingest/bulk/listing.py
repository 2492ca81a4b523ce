"""Channels with their sources, chosen by what is wrong with them; with `unmatched` also provider channels that feed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..guide.channels import list_channels
from ..guide.providers import get_provider
from .attention import LooseSource, empty_channels, loose_sources, unmatched_channels

if TYPE_CHECKING:
    from sqlite_utils import Database

#: the fields of a channel, for a provider channel that has none
_NO_CHANNEL = dict.fromkeys(
    ("id", "name", "display_name", "icon_url", "number", "hidden", "pinned", "created_at")
)


@dataclass(frozen=True)
class Wanted:
    """What `channels list` is asked for: a channel must meet everything that is given."""

    query: str | None = None
    provider: str | None = None
    empty: bool = False
    stale: bool = False
    unmatched: bool = False

    @property
    def everything(self) -> bool:
        return self == Wanted()


def listed(db: Database, wanted: Wanted, now: int) -> list[dict[str, Any]]:
    """The rows as JSON has them. `now` is epoch seconds. Raises `NotFoundError` for an unknown provider."""
    provider = get_provider(db, wanted.provider).name if wanted.provider is not None else None
    found = list_channels(db, query=wanted.query, provider=provider)
    empty = empty_channels(db.conn, now) if wanted.empty else None
    unmatched = unmatched_channels(db.conn) if wanted.unmatched else None
    rows = [
        {**asdict(item.channel), "sources": item.sources, "stale": item.stale}
        for item in found
        if (empty is None or item.channel.id in empty)
        and (unmatched is None or item.channel.id in unmatched)
        and (item.stale or not wanted.stale)
    ]
    return rows + (list(_loose(db, wanted, provider, now)) if wanted.unmatched else [])


def _loose(db: Database, wanted: Wanted, provider: str | None, now: int) -> Iterator[dict[str, Any]]:
    for source in loose_sources(db.conn, now):
        if (
            provider in (None, source.provider)
            and not (wanted.empty and source.upcoming)
            and (source.stale or not wanted.stale)
            and _named(source, wanted.query)
        ):
            place = f"{source.provider}:{source.provider_channel_id}"
            yield {
                **_NO_CHANNEL,
                "display_name": source.names[0] if source.names else None,
                "number": source.number,
                "sources": (place,),
                "stale": (place,) if source.stale else (),
            }


def _named(source: LooseSource, query: str | None) -> bool:
    texts = (source.provider_channel_id, *source.names)
    return query is None or any(query.lower() in text.lower() for text in texts)


def table_row(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of `listed` as the columns id, name, display name, number, hidden and sources of a table."""
    sources = (f"{source} (stale)" if source in row["stale"] else source for source in row["sources"])
    hidden = "hidden" if row["hidden"] else ""
    return (row["id"], row["name"], row["display_name"], row["number"], hidden, ", ".join(sources))

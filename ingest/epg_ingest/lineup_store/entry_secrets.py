"""Takes out of entries what must not be published: some lists repeat a password in a logo's address, or in a name. Pure.

The guide is public, and the addresses of streams carry user names and passwords in user-info, query and path. What counts as a
secret of an address is decided by `parse.feed_secrets`, as for feeds. In addition, an Xtream address
(`/live/USER/PASSWORD/5.ts`) has two secrets of any form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from ..lineups.entry import LineupEntry
from ..parse.feed_secrets import SecretEraser, secrets_in_feeds

#: shorter parts of an address are words
MIN_LENGTH = 5
#: different addresses, without the name of the stream, that are searched: those that most entries have
MOST_ADDRESSES = 500
_XTREAM = re.compile(
    r"[a-z]+://[^/]+/(?:(?:live|movie|series|timeshift|hls|play)/)?([^/]+)/([^/]+)/\d+(?:\.\w{1,5})?(?:[?#]|$)",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(r"user|login|pass|pwd|token|key|auth|secret|sig|sess|sid|mac|account", re.IGNORECASE)


def secrets_in_lists(url: str | None, headers: Mapping[str, str], addresses: Iterable[str]) -> frozenset[str]:
    """The strings of a source's address and of its streams' addresses that must not be stored where they can be read."""
    found = set(secrets_in_feeds(url, headers)) | _of_account(url or "")
    forms = Counter(map(_without_stream, addresses))
    for address, _ in forms.most_common(MOST_ADDRESSES):
        found |= secrets_in_feeds(address, {}) | _of_account(address)
    return frozenset(found)


def _without_stream(address: str) -> str:
    """An address in which the number of the stream is 1, and without its ending: that of all streams of an account is the same
    then."""
    front, slash, last = address.rpartition("/")
    name, mark, query = last.partition("?")
    return f"{front}{slash}{re.sub('[0-9]+', '1', name.partition('.')[0])}{mark}{query}"


def _of_account(address: str) -> set[str]:
    """User name and password of an Xtream address."""
    found = _XTREAM.match(address)
    return {part for part in found.groups() if len(part) >= MIN_LENGTH} if found else set()


class EntryEraser:
    """Entries without secrets. `secrets` are those of the source and of most addresses."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.eraser = SecretEraser(secrets)

    def text(self, text: str) -> str:
        return self.eraser.text(text) if self.eraser.knows(text) else text

    def icon(self, address: str) -> str:
        """The address of a logo; "" if it holds a secret, as a picture behind a login cannot be shown to strangers."""
        if not address or self.eraser.knows(address):
            return ""
        parts = urlsplit(address) if "@" in address or "?" in address else None
        if parts is None:
            return address
        named = [item.partition("=")[0] for item in re.split("[&;]", parts.query)]
        return "" if "@" in parts.netloc or any(map(_CREDENTIAL.search, named)) else address

    def clean(self, entry: LineupEntry) -> LineupEntry:
        """The entry, with everything that is stored in `epg.db` free of secrets. Its address and options stay."""
        icon = self.icon(entry.icon_url)
        texts = (entry.number, entry.name, entry.source_id, entry.group_name, *entry.other_ids)
        if not self.eraser.knows("\n".join(texts)):
            return entry if icon == entry.icon_url else entry._replace(icon_url=icon)
        return entry._replace(
            number=self.text(entry.number),
            name=self.text(entry.name),
            source_id=self.text(entry.source_id),
            group_name=self.text(entry.group_name),
            other_ids=tuple(map(self.text, entry.other_ids)),
            icon_url=icon,
        )

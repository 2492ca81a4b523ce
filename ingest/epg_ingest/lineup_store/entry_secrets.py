"""Takes out of entries what must not be published: some lists repeat a password in a logo's address, or in a name. Pure.

The guide is public, and the addresses of streams carry user names and passwords in user-info, query and path. What counts as a
secret of the source is decided by `parse.feed_secrets`, as for feeds; what does of its streams, by `stream_credentials`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ..core.redact import MASK, secret_part
from ..lineups.entry import LineupEntry
from ..parse.feed_secrets import SecretEraser, secrets_in_feeds
from .stream_credentials import credentials_in, credentials_of_entries

#: secrets from this length on are found within words, shorter ones where they stand alone
WITHIN_WORDS = 6


def secrets_in_lists(
    url: str | None, headers: Mapping[str, str], entries: Sequence[LineupEntry]
) -> frozenset[str]:
    """The strings of a source's address and of its streams that must not be stored where they can be read."""
    source = credentials_in(url or "") if url and "://" in url else None
    own = source.certain | source.named | source.account | source.shared if source else frozenset()
    return secrets_in_feeds(url, headers) | own | credentials_of_entries(entries)


class EntryEraser:
    """Entries without secrets. `secrets` are those of the source and of its streams."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = set(secrets)
        short = sorted(
            {re.escape(secret) for secret in known if len(secret) < WITHIN_WORDS}, key=len, reverse=True
        )
        self.eraser = SecretEraser(secret for secret in known if len(secret) >= WITHIN_WORDS)
        self._short = re.compile(rf"(?<![^\W_])(?:{'|'.join(short)})(?![^\W_])") if short else None

    def knows(self, text: str) -> bool:
        """Whether a text holds a secret."""
        return self.eraser.knows(text) or bool(self._short and self._short.search(text))

    def text(self, text: str) -> str:
        """A text with its secrets replaced. A short number is a number: that of a channel, or of a stream."""
        text = self.eraser.text(text) if self.eraser.knows(text) else text
        if self._short is None or (len(text) < WITHIN_WORDS and text.isdecimal()):
            return text
        return self._short.sub(MASK, text)

    def icon(self, address: str) -> str:
        """The address of a logo; "" if it holds a secret, as a picture behind a login cannot be shown to strangers."""
        if not address or self.eraser.knows(address) or self._has_short(address):
            return ""
        return "" if secret_part(address) else address

    def _has_short(self, address: str) -> bool:
        """Whether a part of an address is a short secret. A picture may have a number for its name."""
        if self._short is None:
            return False
        path, mark, query = address.partition("?")
        front, slash, last = path.rpartition("/")
        name = "" if last.partition(".")[0].isdecimal() else last
        return bool(self._short.search(f"{front}{slash}{name}{mark}{query}"))

    def clean(self, entry: LineupEntry) -> LineupEntry:
        """The entry, with everything that is stored in `epg.db` free of secrets. Its address and options stay."""
        icon = self.icon(entry.icon_url)
        texts = (entry.number, entry.name, entry.source_id, entry.group_name, *entry.other_ids)
        if not self.knows("\n".join(texts)):
            return entry if icon == entry.icon_url else entry._replace(icon_url=icon)
        return entry._replace(
            number=self.text(entry.number),
            name=self.text(entry.name),
            source_id=self.text(entry.source_id),
            group_name=self.text(entry.group_name),
            other_ids=tuple(map(self.text, entry.other_ids)),
            icon_url=icon,
        )

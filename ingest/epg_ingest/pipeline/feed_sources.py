"""The sources of a provider, in the order in which they are tried: addresses, servers of an Xtream account, or a command."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from ..core.deadline import Deadline
from ..core.errors import EpgError
from ..core.limits import Limits
from ..core.models import Provider
from ..core.redact import redact_url
from ..download.fetch import Source, fetch
from ..download.xtream import XtreamAccount, account_of, refused
from ..guide.provider_settings import same_host
from ..storage.vault import Credentials

#: what a panel says of an account is short, and must come soon: without it, the guide is simply asked for
_MOST_STATE = 1_000_000
_STATE_SECONDS = 30.0


@dataclass(frozen=True)
class FeedSource:
    """One source. `place` counts from 1, as in `import_log.source`; `label` is what messages call it.

    `account` is the Xtream account to which the address belongs.
    """

    place: int
    label: str
    source: Source = field(repr=False)
    account: XtreamAccount | None = None


def sources_of(provider: Provider, kept: Credentials) -> list[FeedSource]:
    """The sources of a provider; none where nothing is stored. Request headers go to the host of the first address only.

    Raises `UsageError` for an Xtream account without user name and password.
    """
    if provider.kind == "command":
        name = PurePath(kept.command[0]).name if kept.command else ""
        return [FeedSource(1, name, Source("", command=kept.command))] if kept.command else []
    return [_address(provider, kept, place, url) for place, url in enumerate(kept.addresses, 1)]


def _address(provider: Provider, kept: Credentials, place: int, url: str) -> FeedSource:
    account = account_of(url) if provider.kind == "xtream" else None
    headers = kept.headers if same_host(kept.url, url) else {}
    label = f"{place} of {len(kept.addresses)} ({url if provider.public_url else redact_url(url)})"
    permit = f"epg-ingest providers update {shlex.quote(provider.name)} --private-addresses allow"
    source = Source(
        account.guide if account else url, headers, private_addresses=kept.private_addresses, permit=permit
    )
    return FeedSource(place, label, source, account)


def check_account(feed_source: FeedSource, limits: Limits, deadline: Deadline, now: float) -> None:
    """Ask the panel how the account is. Raises `DownloadError` (`account`) for one that is expired, banned or unknown.

    A panel that does not say is no reason not to ask for its guide. `now` is epoch seconds.
    """
    account = feed_source.account
    if account is None:
        return
    asked = replace(feed_source.source, url=account.state, etag=None, last_modified=None)
    short = replace(limits, max_bytes=_MOST_STATE, max_unpacked_bytes=_MOST_STATE, retries=0)
    answer = None
    seconds = Deadline(min(_STATE_SECONDS, deadline.left()))
    with (
        suppress(EpgError, ValueError, OSError, RecursionError),
        fetch(asked, short, deadline=seconds) as download,
    ):
        answer = json.loads(_body(download.path, short, download.encodings, seconds))
    error = refused(urlsplit(account.origin).hostname or "", answer, now)
    if error is not None:
        raise error


def _body(path: Path | None, limits: Limits, encodings: tuple[str, ...], deadline: Deadline) -> bytes:
    from ..unpack.layers import unpack

    return b"".join(unpack(path or Path(), limits, encodings, deadline))

"""Parts of messages: about names that somebody typed, and about secrets that are lost."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..core.redact import redact, redact_url

if TYPE_CHECKING:
    from ..core.models import Provider
    from ..storage.vault import Credentials


def quoted(text: str, length: int = 60) -> str:
    """A text for a message: in quotes, at most `length` characters, without secrets.

    It may be an address with a password, given in the wrong place.
    """
    text = redact(text)
    return repr(text if len(text) <= length else text[: length - 3] + "...")


def did_you_mean(wanted: str, known: Mapping[str, str], *, cutoff: float, otherwise: str) -> str:
    """The end of a message about an unknown name: up to three similar ones, else where to look (`otherwise`).

    `known` gives for each name how to write it. `cutoff` is the similarity from which a name counts, 0 to 1.
    """
    import difflib  # only mistakes need it

    close = difflib.get_close_matches(wanted, known, n=3, cutoff=cutoff)
    return f"; did you mean {' or '.join(known[name] for name in close)}?" if close else f"; {otherwise}"


def lost_secrets(provider: Provider, kept: Credentials | None) -> str:
    """What is missing of what the guide says was kept of a provider, and how to give it again; "" where nothing is.

    The guide has the beginning of each address, so it tells whether there was one, and at which host.
    """
    if not provider.xmltv_url:
        return ""
    name = shlex.quote(provider.name)
    if provider.kind == "command":
        remedy = f"give it again with: epg-ingest providers update {name} --command …, or: epg-ingest restore BACKUP --secrets"
        lost = kept is None or not kept.command
        return f"{provider.name} has no command here: epg.secrets has nothing of it; {remedy}" if lost else ""
    again = f"give them again with: epg-ingest providers update {name} --url URL (and --header)"
    remedy = f"{again}, or: epg-ingest restore BACKUP --secrets"
    if kept is None:
        return f"{provider.name} has no URL here: its address and headers are lost, epg.secrets has nothing of it; {remedy}"
    if not kept.url:
        return f"{provider.name} has no URL here: its address is lost, epg.secrets has only its headers; {remedy}"
    if provider.xmltv_url not in (kept.url, redact_url(kept.url)):
        return (
            f"epg.secrets has an address for {provider.name} that is not the one of the guide ({provider.xmltv_url}), so it may"
            f" be an older file; {remedy}"
        )
    return ""

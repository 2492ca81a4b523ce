"""The document of a site, over HTTP, with the limits and the fixed messages of feeds (`download`)."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO
from urllib.parse import urlencode, urlsplit, urlunsplit

from ..core.deadline import Deadline
from ..core.errors import DownloadError, EpgError, FeedError, UsageError
from ..core.redact import redact_url
from .configuration import Configuration

_ADDRESS = "check the address of the site: --url, or source= in the configuration"
_TOKEN = "give the token of the site with --configure"  # noqa: S105 - an advice
#: what helps, by the code of a failure or the status of an answer, where it differs from what helps with a feed
_REMEDIES = {
    "dns": _ADDRESS, "refused": "check the port in the address, and that the site runs", "scheme": _ADDRESS,
    "redirectloop": _ADDRESS, "header": "correct the token with --configure", 401: _TOKEN, 403: _TOKEN,
    429: "try again later",
}  # fmt: skip
_PASSING = frozenset((408, 425, 429))


def download(configuration: Configuration, out: BinaryIO, days: int | None) -> None:
    """Write the document to `out`. With `days=0` only the channels count.

    It must come within `download.deadline` of the settings, in one attempt: the caller of the grabber tries again. Raises
    `EpgError` (`source`) that names the site and says what to do. It holds no text of the server.
    """
    # Loading an HTTP client takes a fifth of a second, and a database needs none.
    from ..download.fetch import fetch
    from ..download.model import Source
    from ..settings.settings import load
    from ..unpack.layers import unpack

    limits = replace(load().limits(), retries=0)
    deadline = Deadline(limits.deadline)
    headers = {"Authorization": f"Bearer {configuration.token}"} if configuration.token else {}
    try:
        source = Source(_address(configuration, days), headers)
        with fetch(source, limits, deadline=deadline) as body:
            assert body.path is not None  # nothing was said of an older one
            blocks = unpack(body.path, limits, body.encodings, deadline)
            for block in blocks:
                out.write(block)
    except (DownloadError, FeedError) as error:
        raise EpgError(f"cannot read {redact_url(configuration.source)}: {_said(error)}", "source") from error


def _address(configuration: Configuration, days: int | None) -> str:
    """The address of the document. A site sends a file that it keeps packed if nothing but the ids is asked for."""
    query = {"ids": "safe"}
    if configuration.lang:
        query["lang"] = configuration.lang
    if days == 0:
        query["days"] = "1"
    try:
        parts = urlsplit(configuration.source)
    except ValueError:
        raise UsageError(f"{redact_url(configuration.source)} is not a usable address; {_ADDRESS}") from None
    asked = "&".join(filter(None, (parts.query, urlencode(query))))
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/xmltv.xml", asked, ""))


def _said(error: DownloadError | FeedError) -> str:
    """What was wrong and what to do, in words for a site."""
    what, _, usual = error.message.partition("; ")
    if error.code == "header":
        what = "its token holds characters that cannot be sent"
    status = error.http_status if isinstance(error, DownloadError) and error.code == "http" else None
    if status is None:
        return f"{what}; {_REMEDIES.get(error.code, usual)}"
    passing = status >= 500 or status in _PASSING
    return f"{what}; {_REMEDIES.get(status, 'try again later' if passing else _ADDRESS)}"

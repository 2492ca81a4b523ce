"""What an answer, or the lack of one, means: the sentence, the code, and whether to ask again. Pure.

The sentences are fixed. The text of an exception quotes the URL, which carries secrets, so it never gets
here.
"""

from __future__ import annotations

import http.client
import random
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
import urllib3.exceptions

from ..core.errors import DownloadError
from ..core.limits import Limits

MAX_BACKOFF = 60.0
#: worth another try: the server was busy, broken or not there for the moment
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_REMEDIES = {
    401: "check the user name and password of the provider",
    403: "check that the provider allows this address and this account",
    404: "check the URL of the provider",
    410: "the feed is gone; look for a new URL",
    429: "import less often",
}
#: problems that OpenSSL reports (X509_V_ERR_*), in plain words
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is self-signed",
    62: "is for another name",
    64: "is for another name",
}
_U = urllib3.exceptions
_R = requests.exceptions


@dataclass(frozen=True)
class _Kind:
    """Exceptions that mean the same. `what` and `remedy` may name {host} and the time-outs {connect} and
    {read}.
    """

    exceptions: tuple[type[BaseException], ...]
    code: str
    what: str
    remedy: str
    retries: int | None = None


_SHORT = _Kind(
    (http.client.IncompleteRead, _U.IncompleteRead, _U.InvalidChunkLength),
    "shortbody",
    "{host} broke off before the end of the feed",
    "try again later",
)
_LOST = _Kind((), "connection", "the connection to {host} failed or was lost", "try again later")

#: the first whose exception is anywhere in the chain of causes says what happened
_KINDS = (
    _Kind(
        (_R.ProxyError,),
        "connection",
        "the proxy for {host} does not work",
        "check the proxy of the environment",
    ),
    _Kind((socket.gaierror,), "dns", "the host name {host} is not known", "check the URL and the network", 1),
    _Kind(
        (_R.InvalidURL, _R.InvalidSchema, _U.LocationValueError, http.client.InvalidURL),
        "scheme",
        "the URL is not usable",
        "check the URL of the provider",
        0,
    ),
    _Kind(
        (ssl.SSLError, _U.SSLError),
        "tls",
        "the encrypted connection to {host} failed",
        "check that the URL should begin with https, or try again later",
    ),
    _Kind(
        (ConnectionRefusedError,),
        "refused",
        "{host} refused the connection",
        "check the port in the URL, or try again later",
    ),
    _SHORT,
    _Kind(
        (_R.ReadTimeout, _U.ReadTimeoutError),
        "timeout",
        "{host} sent nothing for {read:g} s",
        "try again later or raise download.read_timeout",
    ),
    _Kind(
        (TimeoutError,),
        "timeout",
        "{host} did not take the connection within {connect:g} s",
        "try again later or raise download.connect_timeout",
    ),
)


class Failure(Exception):
    """One attempt that failed. `retries`: how many more are worth it, None for as many as the limits allow;
    `after`: seconds the server asked us to wait."""

    def __init__(
        self,
        what: str,
        remedy: str,
        code: str,
        *,
        retries: int | None = 0,
        after: float | None = None,
        http_status: int | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.code = code
        self.retries = retries
        self.after = after
        self.http_status = http_status

    def wait(self, tries: int, limits: Limits) -> float | None:
        """Seconds until the next attempt after `tries` of them, None to give up."""
        allowed = limits.retries if self.retries is None else min(self.retries, limits.retries)
        if tries > allowed:
            return None
        if self.after:
            return self.after
        doubled = limits.backoff * 2.0 ** min(tries - 1, 30)
        return min(doubled, MAX_BACKOFF) * random.uniform(0.75, 1.25)  # noqa: S311

    def error(self, tries: int) -> DownloadError:
        """The error for people, after `tries` attempts."""
        again = f" ({tries} tries)" if tries > 1 else ""
        return DownloadError(f"{self.what}{again}; {self.remedy}", self.code, self.http_status)


def failure_of_status(host: str, status: int, retry_after: str | None, now: datetime) -> Failure:
    """What an answer that is not the feed means. The server's own reason phrase is not repeated."""
    try:
        named = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = str(status)
    passing = status in _PASSING
    remedy = _REMEDIES.get(
        status, "try again later" if status >= 500 or passing else "check the URL of the provider"
    )
    return Failure(
        f"{host} answered {named}",
        remedy,
        "http",
        retries=None if passing else 0,
        after=retry_delay(retry_after, now) if passing else None,
        http_status=status,
    )


def retry_delay(retry_after: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date), None when it says
    nothing.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return max((date - now).total_seconds(), 0.0)


def short_body(host: str) -> Failure:
    """The body ended before its announced length."""
    return Failure(_SHORT.what.format(host=host), _SHORT.remedy, _SHORT.code, retries=None, http_status=200)


def failure_of_exception(host: str, error: BaseException, limits: Limits) -> Failure:
    """What an exception of requests, urllib3, ssl or a socket means."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _bad_certificate(host, cause)
    for kind in (*_KINDS, _LOST):
        if kind is _LOST or any(isinstance(cause, kind.exceptions) for cause in causes):
            break
    what = kind.what.format(host=host, connect=limits.connect_timeout, read=limits.read_timeout)
    return Failure(what, kind.remedy, kind.code, retries=kind.retries)


def _bad_certificate(host: str, error: ssl.SSLCertVerificationError) -> Failure:
    fault = _CERTIFICATE.get(error.verify_code, "cannot be verified")
    remedy = "ask the provider, or name the file of its authority in REQUESTS_CA_BUNDLE"
    return Failure(f"the certificate of {host} {fault}", remedy, "tls")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it was made from. Not `__context__`: that may be what the caller was busy with."""
    yield error
    for inner in (error.__cause__, getattr(error, "reason", None), *error.args):
        if isinstance(inner, BaseException):
            yield from _causes(inner)

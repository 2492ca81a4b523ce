"""Where a request goes and what it may carry there: URLs, credentials, redirects, proxies.

URLs are read with the parser of urllib3, which is the one that connects: two parsers that disagree about
the host would send credentials to the wrong one.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin

from requests.utils import get_environ_proxies
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from ..core.errors import DownloadError

_PORTS = {"http": 80, "https": 443}
#: headers that say who the program is, not who the user is: they may follow a redirect anywhere
_ANONYMOUS = frozenset(("user-agent", "accept", "accept-language"))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)


@dataclass(frozen=True)
class Hop:
    """One request: `url` without user-info, `host` for messages, the `headers` that may be sent there."""

    url: str = field(repr=False)
    host: str
    headers: Mapping[str, str] = field(repr=False)


def first_hop(url: str, headers: Mapping[str, str]) -> Hop:
    """The request for a provider's URL. User-info becomes Basic auth unless an Authorization header is given.

    Raises DownloadError: `scheme` for a URL that is not usable http or https, `header` for an impossible
    header.
    """
    for name, value in headers.items():
        _check_header(name, value)
    parsed = _parsed(url.strip(), "the URL")
    return _hop(parsed, dict(headers), override=False)


def next_hop(hop: Hop, location: str) -> Hop:
    """The request that a redirect to `location` asks for, without what belongs to `hop` when it leads
    elsewhere.

    Elsewhere is another scheme, host or port, except from http to https of one host on their usual ports.
    Raises DownloadError (`scheme`) when it is not usable http or https.
    """
    parsed = _parsed(urljoin(hop.url, location.strip()), f"the address that {hop.host} redirects to")
    if _same_site(_parsed(hop.url, "the URL"), parsed):
        return _hop(parsed, dict(hop.headers), override=True)
    kept = {name: value for name, value in hop.headers.items() if name.lower() in _ANONYMOUS}
    return _hop(parsed, kept, override=True)


def site_of(hop: Hop) -> tuple[str, str, int]:
    """Scheme, host and port of a request: what its cookies and its login belong to."""
    parsed = _parsed(hop.url, "the URL")
    scheme = parsed.scheme or "http"
    return scheme, parsed.host or "", parsed.port or _PORTS[scheme]


def same_site(old: Hop, new: Hop) -> bool:
    """Whether `new` may have what `old` had: the same scheme, host and port, or the https site of the same host."""
    return _same_site(_parsed(old.url, "the URL"), _parsed(new.url, "the URL"))


def proxies(hop: Hop) -> dict[str, str]:
    """The proxies of the environment for this request; none for this machine's own addresses."""
    if _is_loopback(hop.host):
        return {}
    return {scheme: proxy for scheme, proxy in get_environ_proxies(hop.url).items() if proxy}


def _parsed(url: str, what: str) -> Url:
    try:
        parsed = parse_url(url)
    except LocationParseError:
        # not chained: the text of the parser's error is the URL
        parsed = Url()
    if parsed.scheme not in _PORTS or not parsed.host:
        raise DownloadError(
            f"{what} is not a usable http or https URL; check it (special characters are percent-encoded)",
            "scheme",
        )
    return parsed


def _hop(parsed: Url, headers: dict[str, str], *, override: bool) -> Hop:
    named = {name.lower(): name for name in headers}
    if parsed.auth and (override or "authorization" not in named):
        headers.pop(named.get("authorization", ""), None)
        headers["Authorization"] = _basic(parsed.auth)
    bare = Url(parsed.scheme, None, parsed.host, parsed.port, parsed.path, parsed.query)
    return Hop(bare.url, (parsed.host or "").strip("[]"), headers)


def _basic(auth: str) -> str:
    """User-info as RFC 7617 sends it, in UTF-8."""
    user, _, password = auth.partition(":")
    return "Basic " + base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()


def _same_site(old: Url, new: Url) -> bool:
    old_port, new_port = (url.port or _PORTS[url.scheme or "http"] for url in (old, new))
    if old.host != new.host:
        return False
    upgraded = (old.scheme, old_port, new.scheme, new_port) == ("http", 80, "https", 443)
    return upgraded or (old.scheme, old_port) == (new.scheme, new_port)


def _check_header(name: str, value: str) -> None:
    try:
        usable = _HEADER_NAME.fullmatch(name) and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        value.encode("latin-1")
    except UnicodeEncodeError:
        usable = None
    if not usable:
        raise DownloadError(
            "a request header of the provider holds characters that cannot be sent; correct it", "header"
        )


def _is_loopback(host: str) -> bool:
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

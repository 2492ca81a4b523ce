"""One attempt at a download: a request with its redirects, to the end of the body."""

from __future__ import annotations

import errno
import http.client
import os
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from io import BufferedWriter
from pathlib import Path

import requests
import urllib3.exceptions
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from ..core.errors import DownloadError
from ..core.limits import Limits
from ..core.redact import MASK, MIN_PART, secrets_of
from ..core.secret_forms import holds_secret
from .addresses import Policy, Wire, WireAdapter
from .body import Progress, disk_full, taken, too_large
from .digest import DigestAnswer, digest_answer
from .failures import Failure, failure_of_exception, failure_of_status, short_body
from .model import Download, Source
from .redirects import Hop, first_hop, next_hop, proxies, same_site, site_of
from .validators import clock_ahead, content_charset, content_encodings, usable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Attempt:
    """One request for `source`, given up after `seconds`."""

    def __init__(self, source: Source, limits: Limits, seconds: float) -> None:
        self.source = source
        self.limits = limits
        self.seconds = max(seconds, 0.01)
        self.policy = Policy(source.private_addresses, source.allowed_networks, source.permit)
        self.wire = Wire(self.policy, self.seconds)
        self.adapter = WireAdapter(self.wire)
        self.hop = first_hop(source.url, source.headers)
        self.secrets = set(secrets_of(source.url, source.headers))
        #: hosts of redirects that hold a secret
        self.unnamed: list[str] = []
        self.end = time.monotonic() + self.seconds
        #: of the last answer, None before the first
        self.status: int | None = None
        # without the environment's part: .netrc holds credentials that are not for us to send
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.clear()
        # Cookies and answers to challenges, each for the site that they belong to. Cookies know no ports (RFC 6265, 8.5), but
        # another port may be another owner's.
        self.cookies: dict[tuple[str, str, int], RequestsCookieJar] = defaultdict(RequestsCookieJar)
        self.digests: dict[tuple[str, str, int], DigestAnswer] = {}

    def run(self, path: Path, report: Progress) -> Download:
        """The body stored at `path`. Raises Failure, which may be worth another attempt, or DownloadError."""
        failure: Failure | None = None
        with self.wire, closing(self.session), closing(self.adapter):
            try:
                with closing(self._answer()) as response:
                    ahead = clock_ahead(response.headers, time.time())
                    judged = self._judged(response, path, report)
                    download = replace(judged, secrets=frozenset(self.secrets), clock_ahead=ahead)
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
                failure = failure_of_exception(self.hop.host, error, self.limits)
            except Failure as error:
                error.what = self._said(error.what)
                raise
            except DownloadError as error:
                status = error.http_status or self.status
                raise DownloadError(self._said(error.message), error.code, status) from None
            if self.wire.expired:
                # even without an error: to us, a connection we cut may look like the end of a body
                failure = _too_late(self.limits)
        if failure is not None:
            failure.http_status = self.status
            failure.what = self._said(failure.what)
            raise failure
        return download

    def _answer(self) -> requests.Response:
        """The first answer that is not a redirect."""
        for _ in range(self.limits.max_redirects + 1):
            response = self._ask()
            target = self.session.get_redirect_target(response)
            if not target:
                return response
            response.close()
            self._follow(next_hop(self.hop, target))
        raise DownloadError(
            f"{self.hop.host} redirects again and again, more than {self.limits.max_redirects} times "
            "(download.max_redirects); check the URL of the provider",
            "redirectloop",
        )

    def _follow(self, hop: Hop) -> None:
        """Go on to `hop`. Its site gets its own cookies, and those of this one if it is the same site.

        A redirect may hand out a session, or put what it was asked for into the name of a host.
        """
        if hop.host != self.hop.host and holds_secret(hop.host, self.secrets):
            self.unnamed.append(hop.host)
        self.secrets |= secrets_of(hop.url, hop.headers)
        if same_site(self.hop, hop):
            self.cookies[site_of(hop)].update(self.cookies[site_of(self.hop)])
        self.hop = hop

    def _said(self, text: str) -> str:
        """A message without the hosts of redirects that hold a secret."""
        for host in sorted(self.unnamed, key=len, reverse=True):
            text = text.replace(host, MASK)
        return text

    def _ask(self) -> requests.Response:
        """The answer to the request of this hop, asked again if the server wants Digest authentication.

        The server may refuse the nonce of that too, with `stale=true` and a new one. This is followed once.
        """
        response = self._send()
        for again in (False, True):
            challenges = (
                response.raw.headers.getlist("WWW-Authenticate") if response.status_code == 401 else ()
            )
            answer = digest_answer(challenges, self.hop.headers)
            if answer is None or (again and not answer.stale):
                break
            response.close()
            self.digests[site_of(self.hop)] = answer
            response = self._send()
        return response

    def _send(self) -> requests.Response:
        """Send the request of this hop. Not `Session.send`, which reads the body of a redirect, however long."""
        jar = self.cookies[site_of(self.hop)]
        self.session.cookies = jar
        request = self.session.prepare_request(requests.Request("GET", self.hop.url, headers=self._headers()))
        if digest := self.digests.get(site_of(self.hop)):
            request.headers["Authorization"] = digest.header(str(request.url))
        left = max(self.end - time.monotonic(), 0.01)
        response = self.adapter.send(
            request,
            stream=True,
            timeout=(min(self.limits.connect_timeout, left), min(self.limits.read_timeout, left)),
            verify=_authorities(),
            proxies={} if self.policy.deny else proxies(self.hop),
        )
        self.status = response.status_code
        jar.update(response.cookies)
        self.secrets |= {str(c.value) for c in response.cookies if len(str(c.value)) >= MIN_PART}
        return response

    def _headers(self) -> CaseInsensitiveDict[str]:
        headers = CaseInsensitiveDict({"User-Agent": self.limits.user_agent, "Accept": "*/*"})
        headers.update(self.hop.headers)
        headers["Accept-Encoding"] = "gzip, identity;q=0.5"
        # A server that announces too much would otherwise leave us waiting for the rest.
        headers["Connection"] = "close"
        headers.update(self._validators())
        return headers

    def _validators(self) -> dict[str, str]:
        asked = {
            "If-None-Match": usable(self.source.etag),
            "If-Modified-Since": usable(self.source.last_modified),
        }
        return {name: value for name, value in asked.items() if value}

    def _judged(self, response: requests.Response, path: Path, report: Progress) -> Download:
        """The answer as a Download, its body stored. Raises Failure for what is not the feed."""
        status, headers = response.status_code, response.headers
        etag, last_modified = usable(headers.get("ETag")), usable(headers.get("Last-Modified"))
        if status == 304 and self._validators():
            kept = (etag or self.source.etag, last_modified or self.source.last_modified)
            return Download(None, status, *kept, None, 0)
        if status not in (200, 203):
            now = datetime.now(timezone.utc)
            raise failure_of_status(self.hop.host, status, headers.get("Retry-After"), now)
        sha256, size = self._stored(response, path, report)
        encodings = content_encodings(headers.get("Content-Encoding"))
        charset = content_charset(headers.get("Content-Type"))
        return Download(path, status, etag, last_modified, sha256, size, encodings, charset)

    def _stored(self, response: requests.Response, path: Path, report: Progress) -> tuple[str, int]:
        total = _announced(response)
        if total is not None and total > self.limits.max_bytes:
            raise too_large(self.limits)
        try:
            with path.open("wb") as file:
                sha256, size = taken(
                    lambda amount: _next_piece(response, amount, file, total),
                    self.limits,
                    file.write,
                    lambda done: report(done, total),
                )
        except OSError as error:
            if error.errno in _FULL:
                raise disk_full() from None
            raise
        if total is not None and size < total and not _is_whole(response, path, total):
            raise short_body(self.hop.host)
        return sha256, size


def _too_late(limits: Limits) -> Failure:
    remedy = "try again later or raise download.deadline"
    return Failure(f"the download took longer than {limits.deadline:g} s", remedy, "deadline")


def _next_piece(response: requests.Response, amount: int, file: BufferedWriter, total: int | None) -> bytes:
    """The next bytes of the body, which is being stored in `file`; b"" at its end. The end may come before `total` bytes, if
    that is the size of the unpacked feed."""
    try:
        # read1: read would lose what has come of a block when the rest does not come in time
        piece: bytes = response.raw.read1(amount, decode_content=False)
    except (urllib3.exceptions.ProtocolError, urllib3.exceptions.ReadTimeoutError):
        file.flush()
        if total is None or not _is_whole(response, Path(file.name), total):
            raise
        return b""
    return piece


def _is_whole(response: requests.Response, path: Path, total: int) -> bool:
    """Whether the body at `path` has `total` bytes when it is unpacked."""
    from ..unpack.whole import is_whole  # most downloads need no decoder

    return is_whole(path, content_encodings(response.headers.get("Content-Encoding")), total)


def _announced(response: requests.Response) -> int | None:
    """Content-Length, where it counts (RFC 9112, 6.3): not beside a Transfer-Encoding."""
    length = response.headers.get("Content-Length", "").strip()
    if "Transfer-Encoding" in response.headers or not (length.isascii() and length.isdigit()):
        return None
    return int(length[:20])


def _authorities() -> str | bool:
    """The certificates to trust: those the environment names, as for requests, else certifi's."""
    path = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if path and not os.path.exists(path):
        raise DownloadError("REQUESTS_CA_BUNDLE names a file that does not exist; correct or unset it", "tls")
    return path or True

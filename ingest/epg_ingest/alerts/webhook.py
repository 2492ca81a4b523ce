"""A message sent to a webhook, by the Standard Webhooks convention: signed, without redirects, within the address policy."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timezone
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from .. import __version__
from ..core.errors import DownloadError
from ..download.addresses import Policy, Wire, WireAdapter
from ..download.failures import retry_delay
from ..watches.retries import Outcome
from ..watches.signing import signed_headers
from ..watches.target_settings import AlertTarget

#: seconds that one attempt may take, from the name of the host to the status line
SECONDS = 15.0


def post(target: AlertTarget, message_id: str, body: bytes, moment: int, seconds: float = SECONDS) -> Outcome:
    """Send `body` once; how it ended. `moment` (epoch seconds) is signed with it. The answer's text is not read.

    An address is looked up once, checked, and that very address is connected to, as for downloads.
    """
    headers = {
        **signed_headers(target.secret, message_id, moment, body),
        "Content-Type": "application/json",
        "User-Agent": f"datasette-epg/{__version__}",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    host = urlsplit(target.url).hostname or ""
    policy = Policy(target.private_addresses)
    with Wire(policy, seconds) as wire, closing(WireAdapter(wire)) as adapter:
        try:
            return _judged(host, _sent(adapter, target.url, headers, body, seconds))
        except DownloadError:
            said = f"{host} is not at a public address; allow it with: epg-ingest targets set NAME --private-addresses allow"
            return Outcome(said, final=True)
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            late = wire.expired or isinstance(error, requests.exceptions.Timeout)
            return Outcome(
                f"{host} did not answer within {seconds:g} s" if late else f"{host} could not be reached"
            )


def _sent(
    adapter: WireAdapter, url: str, headers: Mapping[str, str], body: bytes, seconds: float
) -> requests.Response:
    """The answer, its body unread. Nothing of the environment is used: no proxy, no .netrc."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    request = session.prepare_request(requests.Request("POST", url, headers=dict(headers), data=body))
    response: requests.Response = adapter.send(request, stream=True, timeout=seconds, verify=True, proxies={})
    response.close()
    return response


def _judged(host: str, response: requests.Response) -> Outcome:
    status = response.status_code
    if 200 <= status < 300:
        return Outcome(status=status)
    if 300 <= status < 400:
        return Outcome(f"{host} redirects elsewhere ({status}); give the address itself", status)
    now = datetime.fromtimestamp(time.time(), timezone.utc)
    after = retry_delay(response.headers.get("Retry-After"), now) or 0.0
    return Outcome(f"{host} answered {status}", status, after)

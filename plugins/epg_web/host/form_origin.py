"""How a form, or a write with cookies, proves that it comes from a page of this site and not from another site.

Datasette 0.65 has a cookie that only pages of this site can read; forms repeat it. 1.0 reads what browsers say:
`Sec-Fetch-Site` (Fetch Metadata), or else `Origin` (RFC 6454).
"""

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from datasette import hookimpl

from .running import FROM_1_0

#: the cookie of asgi-csrf, and the header that repeats it where there is no form
COOKIE, HEADER = "ds_csrftoken", b"x-csrftoken"
_REST = "or send Authorization: Bearer TOKEN and no cookies"
#: what a client is told whose write with cookies does not prove it
PROOF = (
    "a change asked for with cookies needs the header Sec-Fetch-Site: same-origin, or Origin with the address of this site, as "
    f"browsers send them; {_REST}"
    if FROM_1_0
    else "a change asked for with cookies needs the header x-csrftoken with the value of the cookie ds_csrftoken, which "
    f"pages with a form set, such as /-/logout; {_REST}"
)
_PORTS = {"http": 80, "https": 443}


def _is_proved_0(datasette: Any, scope: Any, cookies: dict[str, str], repeated: str) -> bool:
    # The signature is checked too: asgi-csrf would check it again and refuse in HTML.
    from itsdangerous import BadData

    kept = cookies.get(COOKIE, "")
    if not kept or not hmac.compare_digest(repeated.encode(), kept.encode()):
        return False
    try:
        datasette.unsign(kept, "csrftoken")
    except BadData:
        return False
    return True


def _is_proved_1(datasette: Any, scope: Any, cookies: dict[str, str], repeated: str) -> bool:
    # Stricter than Datasette: a request with neither header is none of a browser, and may use a token.
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    said = headers.get(b"sec-fetch-site")
    if said is not None:
        return said in ("same-origin", "none")
    scheme = "https" if datasette.setting("force_https_urls") else scope.get("scheme") or "http"
    ours = _origin(f"{scheme}://{headers.get(b'host', '')}")
    return ours is not None and _origin(headers.get(b"origin", "")) == ours


def _origin(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no address, such as the `null` of a page without an origin."""
    try:
        parts = urlsplit(address)
        found = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return found if found[0] and found[1] else None


def _leaving_out_0(chosen: Callable[[Any, Any], bool]) -> Any:
    @hookimpl(specname="skip_csrf")
    def answer(datasette: Any, scope: Any) -> bool:
        return chosen(datasette, scope)

    return answer


def _leaving_out_1(chosen: Callable[[Any, Any], bool]) -> Any:
    return None


def _settled_0(scope: dict[str, Any]) -> dict[str, Any]:
    return scope


def _settled_1(scope: dict[str, Any]) -> dict[str, Any]:
    left = [pair for pair in scope["headers"] if pair[0] not in (b"origin", b"sec-fetch-site")]
    return {**scope, "headers": left}


#: (datasette, scope, cookies, repeated) → whether the request proves it; `repeated` is the value of a header or a form that
#: repeats the cookie, if this Datasette has one
is_proved = _is_proved_1 if FROM_1_0 else _is_proved_0
#: (chosen) → a hook that keeps Datasette from checking the requests that `chosen` names, whose pages check themselves; None
#: where its check does not hinder them. A plugin keeps it under any name.
leaving_out = _leaving_out_1 if FROM_1_0 else _leaving_out_0
#: (scope) → the scope of a request whose origin is checked, or of no matter, so that Datasette does not refuse it in HTML
settled = _settled_1 if FROM_1_0 else _settled_0


def without_form(scope: Any) -> dict[str, Any]:
    """The scope of a page that Datasette's own check has not seen. Its templates ask for a token, though it has no form."""
    return {**scope, "csrftoken": lambda: ""}

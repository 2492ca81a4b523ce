"""How a form or a write with cookies proves that it comes from a page of this site, and not from another site."""

import hmac
from collections.abc import Callable
from typing import Any

from datasette import hookimpl

#: the cookie of asgi-csrf, and the header that repeats it where there is no form
COOKIE, HEADER = "ds_csrftoken", b"x-csrftoken"
#: what a client is told whose write with cookies does not prove it
PROOF = (
    "a change asked for with cookies needs the header x-csrftoken with the value of the cookie ds_csrftoken, which "
    "pages with a form set, such as /-/logout; or send Authorization: Bearer TOKEN and no cookies"
)


def is_proved(datasette: Any, scope: Any, cookies: dict[str, str], repeated: str) -> bool:
    """Whether `repeated`, from a header or a form, is the signed cookie of asgi-csrf, which other sites cannot read.

    The signature is checked too: asgi-csrf would check it again and refuse in HTML.
    """
    from itsdangerous import BadData

    kept = cookies.get(COOKIE, "")
    if not kept or not hmac.compare_digest(repeated.encode(), kept.encode()):
        return False
    try:
        datasette.unsign(kept, "csrftoken")
    except BadData:
        return False
    return True


def leaving_out(chosen: Callable[[Any, Any], bool]) -> Any:
    """A hook that keeps Datasette from checking requests that `chosen` names; the page checks them itself. A plugin keeps it
    under any name.
    """

    @hookimpl(specname="skip_csrf")
    def answer(datasette: Any, scope: Any) -> bool:
        return chosen(datasette, scope)

    return answer


def without_form(scope: Any) -> dict[str, Any]:
    """The scope of a page that Datasette's own check has not seen. Its templates ask for a token, though it has no form."""
    return {**scope, "csrftoken": lambda: ""}

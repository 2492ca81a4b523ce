"""What the OpenAPI description says in words: about the whole, its tags, refusals and headers."""

from typing import Any

VERSION = "1"
DESCRIPTION = """\
One clean TV guide out of many XMLTV feeds. Reading is open to everybody; writing needs a token.

Times in answers are UTC, as `2026-11-22T20:00:00Z`. Times in requests are ISO 8601 with any offset, without one UTC;
a date alone is its first second. In an address `+` is written `%2B`. A query parameter that is empty counts as left
out, one that is not known is refused.

Lists are paged: `Link: <…>; rel="next"` has the address of the next page. They are available as CSV too, by `.csv`
or `Accept: text/csv`. Every answer to `GET` can be asked for with `HEAD`, and `If-None-Match` with the `ETag` of the
last answer gets 304 while nothing changed. `OPTIONS` says which methods an address has.

A person who is signed in to Datasette may write as well, where the permissions `epg-write` and `epg-import` are
granted. A write that comes with cookies needs the header `x-csrftoken` with the value of the cookie `ds_csrftoken`.
On Datasette 1.0 it needs `Sec-Fetch-Site: same-origin`, or `Origin` with the address of this site.
"""
TAGS = {
    "channels": "Channels and what is on them", "providers": "Where programmes come from",
    "mappings": "Which channel of a feed is which channel of the guide", "imports": "Imports",
    "lineups": "Line-ups: the channels that somebody has",
    "rules": "Rules that tidy what providers write",
    "watches": "Watches, targets and alerts: only those of who asks",
    "server": "The server itself",
}  # fmt: skip
REASONS = {
    400: "The request is not right; `errors` has everything that is wrong.",
    401: "The token is missing or unknown.",
    403: "The actor is not allowed to do this.",
    404: "It does not exist.",
    405: "This address does not have this method.",
    409: "It clashes with what is there, or with what runs.",
    410: "The log of changes does not reach back to this one; read the guide again.",
    413: "The body is larger than 1,000,000 bytes.",
    414: "The address is too long.",
    415: "The body is not sent as `application/json`.",
    429: "Too many wrong tokens came from this address; try again later.",
    503: "Not possible now; try again later.",
}
HEADERS: dict[str, Any] = {
    "Cache-Control": {
        "description": "How long the answer may be kept.", "required": True, "schema": {"type": "string"},
    },
    "ETag": {"description": "Changes with the content.", "schema": {"type": "string", "pattern": '^"[^"]+"$'}},
    "X-EPG-Generation": {
        "description": "Rises with every change of the guide.", "schema": {"type": "integer", "minimum": 0},
    },
    "X-EPG-Change": {
        "description": "The last change of the guide that this answer knows of: `after` for the next question.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Link": {
        "description": "The next page, where there is one.",
        "schema": {"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
    },
    "Location": {"description": "Where it is.", "required": True, "schema": {"type": "string", "pattern": "^/"}},
    "Allow": {
        "description": "The methods of this address.", "required": True,
        "schema": {"type": "string", "pattern": "^[A-Z]+(, [A-Z]+)*$"},
    },
    "Retry-After": {
        "description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "What would be accepted.", "required": True, "schema": {"type": "string", "const": "Bearer"},
    },
}  # fmt: skip

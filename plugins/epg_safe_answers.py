"""Makes the answers of Datasette and of other plugins safe: pages get a Content-Security-Policy, and CSV has no formulas.

Our own pages send a policy. Those of Datasette and of other plugins have scripts of their own in them; their policy permits
these, but no frames around them, no other base address and no forms that go elsewhere. `/-/logout` gets the strict policy of
our own pages. The page of a long query loses its header `Link`, which repeats the query: proxies refuse answers with more than
4 or 8 kB of headers, and the page itself has the same link.

Titles come from feeds, and anybody can send SQL, so CSV is written as that of the API is: a text that a spreadsheet would
compute gets an apostrophe in front. Datasette writes CSV by `csv.writer` in its module `views.base`, and has no hook for it.
"""

import csv
import secrets
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.csv_table import FORMULA
from epg_web.base.http import App, Receive, Scope, Send
from epg_web.base.instance_names import DATABASE
from epg_web.pages.render import policy

LENIENT = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
NAME = b"content-security-policy"
#: bytes of a header `Link`; the rest of the 4 kB that nginx takes is for other headers
LONGEST_LINK = 2000


def protected(datasette: Any, path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with a policy where it is a page without one, and without a long `Link`."""
    headers = [pair for pair in headers if pair[0].lower() != b"link" or len(pair[1]) <= LONGEST_LINK]
    names = {name.lower(): value for name, value in headers}
    if NAME in names or not names.get(b"content-type", b"").startswith(b"text/html"):
        return headers
    value = policy(datasette, secrets.token_urlsafe(12)) if path == "/-/logout" else LENIENT
    return [*headers, (NAME, value.encode())]


@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def with_policy(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            path = without_prefix(front, scope)["path"]

            async def answer(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    message = {
                        **message,
                        "headers": protected(datasette, path, list(message.get("headers", []))),
                    }
                await send(message)

            await app(scope, receive, answer)

        return with_policy

    return wrap


class CellWriter:
    """`csv.writer` with texts that a spreadsheet does not compute."""

    def __init__(self, file: Any, *arguments: Any, **options: Any) -> None:
        self.writer = csv.writer(file, *arguments, **options)

    def writerow(self, row: Iterable[Any]) -> Any:
        return self.writer.writerow([plain_cell(value) for value in row])


def plain_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


@hookimpl
def startup(datasette: Any) -> None:
    from datasette.views import base

    if DATABASE in datasette.databases and hasattr(base, "csv"):
        base.csv = types.SimpleNamespace(writer=CellWriter)

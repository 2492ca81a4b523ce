"""Forms with a file (multipart/form-data, RFC 7578): a list of channels, up to the size that `epg_request_checks` allows.

The body is read after the permission was checked: strangers cannot make the server keep large files.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from ..base import access
from ..base.answer import Refused
from ..base.http import header
from ..host import request_body
from ..pages.visit import Visit
from . import forms
from .forms import FormFields, Show

#: the fields of a form, and the bytes of its file; empty where none was chosen
ActOnFile = Callable[[Visit, FormFields, bytes], Awaitable[Any]]
MAX_PARTS = 50
_BOUNDARY = re.compile(
    r'multipart/form-data\s*;.*?\bboundary=(?:"([^"\\]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE
)
_NAME = re.compile(r'\bname="([^"]*)"')


async def answered(visit: Visit, show: Show, act: ActOnFile) -> Any:
    """As `forms.answered`, for a page whose form has a file."""
    if visit.request.method != "POST" or not visit.request.actor:
        return await forms.answered(visit, show, _without_file)
    access.require(visit.datasette, visit.request.scope, visit.request.actor, "epg-write")
    fields, data = await _sent(visit)
    return await act(visit, fields, data)


async def _without_file(visit: Visit, fields: FormFields) -> Any:
    raise Refused(405, f"{visit.request.method} is not possible here", headers={"Allow": "GET, HEAD, POST"})


async def _sent(visit: Visit) -> tuple[FormFields, bytes]:
    """The fields and the file. Raises `Refused`: 400 for a body that is no such form, 403 for a form from another site."""
    found = _BOUNDARY.match(header(visit.request.scope, b"content-type"))
    if found is None:
        return await forms.form(visit), b""
    boundary = (found[1] or found[2]).encode("latin-1")
    fields, data = parts(await request_body.whole_body(visit.request), boundary)
    if not forms.from_our_page(visit, fields):
        raise Refused(403, forms.STALE)
    return fields, data


def parts(body: bytes, boundary: bytes) -> tuple[FormFields, bytes]:
    """The texts of a form by their names, and the bytes of its file. Raises `Refused` (400).

    A part is a file if its header names one.
    """
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 3 or len(pieces) > MAX_PARTS or not pieces[-1].startswith(b"--"):
        raise Refused(400, forms.UNREADABLE)
    fields = FormFields()
    data = b""
    for piece in pieces[1:-1]:
        head, blank, value = piece.partition(b"\r\n\r\n")
        said = head.decode("utf-8", "replace")
        name = _NAME.search(said)
        if not blank or name is None:
            raise Refused(400, forms.UNREADABLE)
        if re.search(r"\bfilename\*?=", said):
            data = value
        else:
            fields[name[1]] = _text(value)
    return fields, data


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(400, forms.UNREADABLE) from None

"""`/static/EDITION/NAME` as an answer: for good where the edition is the current one."""

from typing import Any

from ..base.answer import Answer, Refused
from ..base.http import Send, send_answer, send_unchanged, unchanged, wants_gzip
from .static_files import LETTERS, edition, files

ADDRESS = rf"^/static/(?P<edition>[0-9a-f]{{{LETTERS}}})/(?P<name>[A-Za-z0-9_./-]+)$"
#: seconds; a year is the most that caches take seriously
FOR_GOOD = 365 * 24 * 3600


async def static_file(request: Any, send: Send) -> None:
    """Send a file: of this edition for good, of another edition what the file is now, for no time at all.

    Raises `Refused` (404) where there is no such file.
    """
    asked = request.url_vars
    file = files().get(asked["name"])
    if file is None:
        raise Refused(404, "there is no such file")
    current = asked["edition"] == edition()
    answer = Answer(
        file.body, 200, file.content_type, stamp=edition(), immutable=current, max_age=FOR_GOOD if current else 0
    )  # fmt: skip
    tag = unchanged(request.scope, edition())
    if tag is not None:
        return await send_unchanged(request.scope, send, answer, tag)
    packed = file.gzipped if wants_gzip(request.scope) else None
    await send_answer(request.scope, send, answer, packed, packed is not None)

"""`/xmltv.dtd`: the document type that guides name. Many XML parsers load it unless they are told not to, and some of them stop
where it is missing."""

from functools import cache
from pathlib import Path

from ..base.answer import Answer
from ..base.http import send_answer, send_unchanged, unchanged
from ..pages.visit import Visit
from .common import arguments, digest, plainly

#: in the checkout as in the wheel, beside the plugins
FILE = Path(__file__).resolve().parents[3] / "static" / "xmltv.dtd"
KIND = "application/xml-dtd; charset=utf-8"
#: seconds that others may keep it: a day
MAX_AGE = 86_400


@cache
def declarations() -> bytes:
    return FILE.read_bytes()


@plainly
async def page(visit: Visit) -> None:
    """The declarations, the same for every guide; 304 where the client has them. Answers 400 for any parameter."""
    scope, body = visit.request.scope, declarations()
    arguments(scope, ())
    answer = Answer(body, content_type=KIND, stamp=digest(body), max_age=MAX_AGE)
    if tag := unchanged(scope, answer.stamp or ""):
        return await send_unchanged(scope, visit.send, answer, tag)
    await send_answer(scope, visit.send, answer)

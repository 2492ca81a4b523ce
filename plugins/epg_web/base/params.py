"""Query strings as checked values. A refusal lists everything that is wrong with a request.

Times are ISO 8601 with any offset; without one they are UTC. A date means its first second. They become stored text,
`2026-11-22T20:00:00Z`. In a query string `+` means a blank, so a blank before an offset is read as `+`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from .answer import Refused
from .moments import UTC, from_datetime

MAX_TEXT = 500
MAX_IDS = 1000
MAX_ID = 2**63 - 1
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(?:[.,]\d{1,9})?)?(?P<zone>[Zz]|[+\- ]\d\d(:?\d\d)?)?"
)


@dataclass(frozen=True)
class Param:
    """One query parameter. `kind` is moment, int, ids, names, text or choice. The `default` None means no restriction.

    Ids or names may be too many for `parse`: the exports take them out of the query before.
    """

    name: str
    kind: str
    description: str
    default: Any = None
    low: int = 1
    high: int = MAX_ID
    choices: tuple[str, ...] = ()
    example: Any = None


def moment(text: str) -> str:
    """ISO 8601 to the stored form, UTC. Raises ValueError saying what to write."""
    text = text.strip()
    if _DATE.fullmatch(text):
        text += "T00:00:00"
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError("is not a date; use 2026-11-22 or 2026-11-22T20:00:00Z")
    return utc(text, match["zone"])


def utc(text: str, zone: str | None) -> str:
    """`text`, which has the right shape, as stored text. Raises ValueError for a day, hour or offset that does not exist."""
    local = (text[: -len(zone)] if zone else text).upper().replace(" ", "T").replace(",", ".")
    whole, _, _ = local.partition(".")
    offset = (zone or "Z").upper().replace(" ", "+").replace(":", "")
    if offset != "Z":
        offset = f"{offset[:3]}:{offset[3:] or '00'}"
    try:
        found = datetime.fromisoformat(whole + ("+00:00" if offset == "Z" else offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is a date or time that does not exist") from None
    if not 1900 <= found.year <= 2999:
        raise ValueError("is outside the years 1900 to 2999")
    return from_datetime(found)


def _int(param: Param, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text) or not param.low <= int(text) <= param.high:
        top = "" if param.high == MAX_ID else f" to {param.high}"
        raise ValueError(f"must be a whole number from {param.low}{top}")
    return int(text)


def _ids(param: Param, text: str) -> tuple[int, ...]:
    parts = [part.strip(" ") for part in text.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,19}", part) and 1 <= int(part) <= MAX_ID for part in parts):
        raise ValueError("must be ids, as 1,2,3")
    if len(parts) > MAX_IDS:
        raise ValueError(f"must have at most {MAX_IDS} ids")
    return tuple(dict.fromkeys(int(part) for part in parts))


def _text(param: Param, text: str) -> str:
    if "\0" in text or len(text) > MAX_TEXT:
        raise ValueError(f"must be text of at most {MAX_TEXT} characters without NUL")
    return text.strip()


def _choice(param: Param, text: str) -> str:
    if text not in param.choices:
        raise ValueError(f"must be {' or '.join(param.choices)}")
    return text


_KINDS = {
    "moment": lambda param, text: moment(text), "int": _int, "ids": _ids, "text": _text, "choice": _choice,
    "names": _text,
}  # fmt: skip


def parse(query: bytes, params: tuple[Param, ...]) -> dict[str, Any]:
    """Every parameter with its value; its default where it is missing or empty.

    Raises `Refused` (400) for unknown names (with them anybody could get past a cache), for a name that is given twice,
    and for values that cannot be read.
    """
    known = {param.name: param for param in params}
    values = {param.name: param.default for param in params}
    errors: list[str] = []
    for name, texts in _pairs(query).items():
        if name not in known:
            errors.append(f"unknown parameter {name[:40]!r}; known are: {', '.join(known) or 'none'}")
        elif len(texts) > 1:
            errors.append(f"{name} is given more than once")
        elif texts[0] != "":
            try:
                values[name] = _KINDS[known[name].kind](known[name], texts[0])
            except ValueError as error:
                errors.append(f"{name} {error}")
    if errors:
        raise Refused(400, errors[0], errors)
    return values


def _pairs(query: bytes) -> dict[str, list[str]]:
    try:
        text = query.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=30)
    except ValueError:
        raise Refused(400, "the query string is not percent-encoded UTF-8, or has too many fields") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found

"""Kinds of settings: each function checks a value from YAML, the environment or a flag and returns it normalised.

All raise `ValueError`. Its text is a remark for people, empty where "must be …" says everything.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from typing import Any, Final

LEVELS = ("debug", "info", "warning", "error")
UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
#: a hundred years: more is a typing error, and would leave the range of dates
MAX_DAYS = 36_500
#: in seconds
YEAR = 365 * 86_400


#: one part of a host name; an underscore is allowed because networks of containers have it
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


class _Unset:
    def __repr__(self) -> str:
        return "unset"


#: the default of a shorthand that has no value of its own
UNSET: Final = _Unset()


def text(value: Any) -> str:
    """One line of text, not empty. A number in YAML is taken as the text it looks like."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    result = str(value).strip()
    if not result or not result.isprintable():
        raise ValueError
    return result


def host(value: Any) -> str:
    """An IP address, or a host name."""
    name = text(value)
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        labels = name.rstrip(".").split(".")
        if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
            raise ValueError from None
        return name
    return bare


def folder(value: Any) -> str | None:
    """A folder, or None for the word `none`."""
    result = text(value)
    return None if result.lower() == "none" else result


def integer(low: int, high: int | None = None) -> Callable[[Any], int]:
    """A whole number from `low` to `high`, both included."""

    def parse(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ValueError
        if high is not None and value > high:
            raise ValueError
        return value

    return parse


def days(value: Any) -> int | None:
    """Days, or None for the word `none`. An empty YAML value is refused: it may be an unfinished
    line.
    """
    if isinstance(value, str) and value.strip().lower() == "none":
        return None
    return integer(0, MAX_DAYS)(value)


def seconds(value: Any) -> float:
    """Seconds, more than 0 and at most a year: clocks of the system take no more than that."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,18}(?:\.[0-9]{1,18})?", value.strip()):
        raise ValueError
    number = float(value)
    if not math.isfinite(number) or not 0 < number <= YEAR:
        raise ValueError
    return number


def size(value: Any) -> int:
    """Bytes: `500000000`, `500 MB`, `1.5 GiB`."""
    match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([a-zA-Z]*)", str(value).strip())
    if isinstance(value, bool) or match is None or match[2].lower() not in UNITS:
        raise ValueError
    result = round(float(match[1]) * UNITS[match[2].lower()])
    if result <= 0:
        raise ValueError
    return result


def choice(*choices: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or value.strip().lower() not in choices:
            raise ValueError
        return value.strip().lower()

    return parse


def switch(value: Any) -> str:
    """`on` or `off`. YAML reads both words, unquoted, as true and false."""
    word = str(value).strip().lower()
    if word in ("on", "true", "yes", "1"):
        return "on"
    if word in ("off", "false", "no", "0"):
        return "off"
    raise ValueError


def clock(value: Any) -> str:
    """`HH:MM`, or the four digits of both."""
    match = (
        re.fullmatch(r"([0-9]{1,2}):([0-9]{2})|([0-9]{2})([0-9]{2})", value.strip())
        if isinstance(value, str)
        else None
    )
    hour, minute = (match[1] or match[3], match[2] or match[4]) if match else ("99", "99")
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError
    return f"{int(hour):02}:{minute}"


def timezone(value: Any) -> str:
    from ..core.errors import UsageError
    from ..core.times import zone

    name = text(value)
    try:
        zone(name)
    except UsageError as error:
        raise ValueError(error.message) from error
    return name

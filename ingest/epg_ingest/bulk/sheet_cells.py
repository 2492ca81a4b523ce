"""Cells of a sheet as values of the guide. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..core.errors import UsageError
from ..guide.channel_settings import validate
from ..guide.messages import quoted
from ..guide.provider_settings import shift_minutes

_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def unique(names: Iterable[str], key: Callable[[str], str] = str.casefold) -> dict[str, str]:
    """The names by their key, which is their form without case, where only one has it."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(key(name), []).append(name)
    return {key: some[0] for key, some in found.items() if len(some) == 1}


def same(value: Any, cell: str) -> bool:
    """Whether a cell shows the value, apart from blanks and line breaks, which spreadsheets change."""
    return (
        isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).split() == cell.split()
    )


def value_of(column: str, cell: str, new: bool) -> Any:
    """The cell as the guide stores it. A new channel without a display name gets its name later."""
    if column == "hidden":
        return flag(cell)
    if column == "display_name" and not cell.strip():
        if new:
            return None
        raise UsageError("empty; write a name, or leave the column out")
    return validate({column: cell})[column]


def flag(cell: str) -> bool:
    """yes or no, in the words that spreadsheets use too; an empty cell is no. Raises `UsageError` for anything else."""
    text = cell.strip().lower()
    if text and text not in (*_YES, *_NO):
        raise UsageError(f"{quoted(cell)} is neither yes nor no")
    return text in _YES


def is_set(cell: str) -> bool:
    """Whether a cell says something other than no."""
    return cell.strip().lower() not in ("", *_NO)


def minutes(text: str) -> int:
    """A shift. Raises `UsageError` for what is no whole number or not allowed."""
    try:
        return shift_minutes(int(text))
    except ValueError:
        raise UsageError(f"{quoted(text)} is no whole number of minutes, such as 60 or -60") from None

"""Numbers on the command line, read strictly: `nan`, `inf`, `1_0` and digits of other scripts are typing errors.

Python takes all of these, and `nan` is in every range because it compares as nothing.
"""

from __future__ import annotations

import re
from typing import Any

import click

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")


class Whole(click.IntRange):
    """A whole number in a range, both ends included; without one, any of at most 18 digits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()) is None:
            self.fail(f"{_short(value)} is not a whole number{_ends(self)}", param, ctx)
        return super().convert(value, param, ctx)

    def _describe_range(self) -> str:
        return "" if self.min is None and self.max is None else super()._describe_range()


class Number(click.FloatRange):
    """A number in a range, in decimal digits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) is None:
            self.fail(f"{_short(value)} is not a number{_ends(self)}", param, ctx)
        return super().convert(value, param, ctx)


def _ends(kind: Whole | Number) -> str:
    if kind.min is None or kind.max is None:
        return " of at most 18 digits"
    return f" from {kind.min:,} to {kind.max:,}"


def _short(value: str) -> str:
    return repr(value if len(value) <= 30 else f"{value[:27]}...")

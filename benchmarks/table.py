"""Measured figures beside their bars, as Markdown."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from lxml import etree

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


@dataclass(frozen=True)
class Row:
    """`measured` and `bar` are in `unit`; a row without a bar is there to compare with."""

    input: str
    what: str
    measured: float
    unit: str
    bar: float | None = None
    basis: str = ""

    @property
    def held(self) -> bool:
        return self.bar is None or self.measured <= self.bar


def markdown(rows: Iterable[Row], rounds: int) -> str:
    lines = [
        f"{machine()} Medians of {rounds}, each in a fresh process, in turns.",
        "",
        "| input | what | measured | bar | held | from |",
        "| --- | --- | ---: | ---: | --- | --- |",
        *(line(row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def line(row: Row) -> str:
    bar = "" if row.bar is None else f"≤ {figure(row.bar, row.unit)}"
    held = "" if row.bar is None else "yes" if row.held else "**no**"
    return f"| {row.input} | {row.what} | {figure(row.measured, row.unit)} | {bar} | {held} | {row.basis} |"


def figure(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}" if abs(value) < 100 else f"{value:.0f} {unit}"


def machine() -> str:
    return (
        f"Measured {datetime.now(timezone.utc):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"lxml {'.'.join(map(str, etree.LXML_VERSION[:3]))}."
    )


def write_between_markers(path: Path, table: str) -> None:
    """Replace what stands between the two marker comments. Raises `ValueError` when they are not there."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{table}{END}{after}", encoding="utf-8")

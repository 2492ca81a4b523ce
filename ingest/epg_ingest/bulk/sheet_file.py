"""A sheet as a file: CSV as spreadsheet programs read and write it.

    bytes → text → delimiter → rows of cells → `SheetRow`s

Written is UTF-8 with a byte order mark, without which Excel takes the file for a legacy encoding. Read are UTF-8 with or
without the mark, commas, semicolons (Excel where the decimal sign is a comma) and tabs, and Excel's line `sep=;`.

A spreadsheet takes a text that begins with = + - or @ for a formula. Such a text is written with an apostrophe in front, which
is taken away again when it is read. So that this is exact, a text that has such apostrophes already gets one more.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..core.errors import UsageError
from ..guide.messages import quoted

#: the columns of a sheet, in order
COLUMNS = (
    "channel",
    "display_name",
    "number",
    "icon_url",
    "hidden",
    "provider",
    "provider_channel_id",
    "ignored",
    "shift_minutes",
)
MAX_BYTES = 32_000_000
MAX_ROWS = 200_000
MAX_CELL = 10_000
_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)
# The wide characters are those of East Asian keyboards.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_MARK = "\ufeff"


@dataclass(frozen=True)
class SheetRow:
    """The cells of a row by column; columns that the file does not have are missing. `number` is the row's number in a
    spreadsheet: the header is row 1."""

    number: int
    cells: Mapping[str, str]


def to_bytes(rows: Iterable[Sequence[str | int]], columns: Sequence[str] = COLUMNS) -> bytes:
    """The sheet as a file; each row has a value for every one of the `columns`. Lines end as in RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[_guarded(value) for value in row] for row in rows])
    return (_MARK + out.getvalue()).encode()


def from_bytes(data: bytes, columns: Sequence[str] = COLUMNS) -> list[SheetRow]:
    """The rows of a file, without empty ones. Raises `UsageError` for what is no sheet with such `columns`."""
    text = _text(data)
    separator = _SEPARATOR_LINE.match(text)
    offset = 1 if separator else 0
    text = text[separator.end() :] if separator else text
    delimiter = separator[1] if separator else _delimiter(text, columns)
    rows = _rows(text, delimiter, offset)
    first = next(rows, None)
    if first is None:
        raise UsageError(f"the file is empty; its first row must name columns: {', '.join(columns)}")
    names = _header(*first, columns)
    if columns is COLUMNS:
        _check_subject(first[0], names)
    return [SheetRow(number, _cells(number, names, row)) for number, row in rows]


def _guarded(value: str | int) -> str:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else str(value)


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise UsageError(f"the file is larger than {MAX_BYTES:,} bytes; split it")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UsageError("the file is UTF-16; save it as CSV in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"line {line} is not UTF-8; save the file as CSV in UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UsageError(f"line {line} has a NUL character, so this is no CSV; export the file again")
    return text


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """The one by which the first line falls into the most known columns."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(
        _DELIMITERS, key=lambda delimiter: sum(_name(cell) in columns for cell in header.split(delimiter))
    )


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _rows(text: str, delimiter: str, offset: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with its number in a spreadsheet."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = offset
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise UsageError(f"row {number}: {error}; check its quotation marks") from None
        if row is None:
            return
        if number > MAX_ROWS:
            raise UsageError(f"the file has more than {MAX_ROWS:,} rows; split it")
        if any(cell.strip() for cell in row):
            yield number, row


def _header(number: int, row: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The columns. Raises `UsageError` for an unknown one, and for one that comes twice."""
    names = [_name(cell) for cell in row]
    while not names[-1]:
        names.pop()
    for place, name in enumerate(names):
        if name not in columns:
            raise UsageError(f"row {number}: unknown column {quoted(name)}; known are: {', '.join(columns)}")
        if name in names[:place]:
            raise UsageError(f"row {number}: the column {name} is there twice; delete one")
    return names


def _check_subject(number: int, names: Sequence[str]) -> None:
    """Raise `UsageError` for a file that is about nothing."""
    pair = {"provider", "provider_channel_id"} & set(names)
    if len(pair) == 1:
        raise UsageError(f"row {number}: {pair.pop()} needs both columns provider and provider_channel_id")
    if "channel" not in names and not pair:
        raise UsageError(f"row {number}: a column channel is missing, or provider and provider_channel_id")


def _cells(number: int, names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column. Empty cells at its end may be missing: some programs leave them out."""
    if any(cell.strip() for cell in row[len(names) :]):
        raise UsageError(f"row {number} has more cells than the header; put cells with a separator in quotes")
    padded = [*row, *[""] * (len(names) - len(row))]
    cells = {name: _unguarded(cell) for name, cell in zip(names, padded, strict=False)}
    for name, cell in cells.items():
        if len(cell) > MAX_CELL:
            raise UsageError(f"row {number}, {name}: longer than {MAX_CELL:,} characters; shorten it")
    return cells

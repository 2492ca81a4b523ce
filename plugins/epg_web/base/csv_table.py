"""Rows of JSON as CSV, for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

#: a spreadsheet takes a cell that begins with one of these for a formula; the wide ones are those of East Asian keyboards
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

#: objects that stay JSON in one cell: their keys differ from row to row
WHOLE = ("details", "evidence")


def flat(row: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Objects inside become columns with the object's name in front."""
    for key, value in row.items():
        if isinstance(value, dict) and key not in WHOLE:
            yield from flat(value, f"{prefix}{key}_")
        else:
            yield prefix + key, value


def one_per_programme(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An entry of the guide as a row for each of its programmes."""
    if isinstance(row.get("programs"), list):
        for programme in row["programs"]:
            yield {"channel": row["channel"], **programme}
    else:
        yield row


def cell(value: Any) -> Any:
    """A value as CSV: lists as JSON, as in the database. Text that a spreadsheet would compute gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def known(name: str, columns: list[str]) -> bool:
    """Whether a value has a column. An object that is null has those of its parts."""
    return name in columns or any(column.startswith(f"{name}_") for column in columns)


def to_csv(rows: list[str], columns: list[str]) -> bytes:
    """A table with a header. `rows` are JSON objects. `columns` come first, then other names; lines end as in RFC 4180."""
    flattened = [dict(flat(part)) for row in rows for part in one_per_programme(json.loads(row))]
    more = dict.fromkeys(name for row in flattened for name in row if not known(name, columns))
    names = [*columns, *more]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([[cell(row.get(name)) for name in names] for row in flattened])
    return out.getvalue().encode()

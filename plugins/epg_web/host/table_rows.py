"""The rows of tables on Datasette's pages, written by one function for each page.

Datasette's templates write them cell by cell. Its Jinja is asynchronous and hands each piece of text through every template
that extends another: for a page of 1,000 rows that was half of the server's time. The source is changed before it is compiled;
where it is not the one that is known, as in a template of the user, nothing changes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasette.utils import to_css_class
from jinja2.ext import Extension
from markupsafe import Markup, escape

#: loop of a template → the call that takes its place. Blanks between the words of a source don't count.
_LOOPS = {
    """
    {% for row in display_rows %} <tr> {% for column, td in zip(columns, row) %}
        <td class="col-{{ column|to_css_class }}">{{ td }}</td>
    {% endfor %} </tr> {% endfor %}
    """: "epg_query_rows(columns, display_rows)",
    """
    {% for row in display_rows %} <tr> {% for cell in row %}
        <td class="col-{{ cell.column|to_css_class }} type-{{ cell.value_type }}">{{ cell.value }}</td>
    {% endfor %} </tr> {% endfor %}
    """: "epg_table_rows(display_rows)",
    """
    {% for row in display_rows %}
        <tr{% if row.pk_path is not none %} data-row="{{ row.row_path }}"{% if row.row_label %}
        data-row-label="{{ row.row_label }}"{% endif %}{% endif %}> {% for cell in row %}
        <td class="col-{{ cell.column|to_css_class }} type-{{ cell.value_type }}">{{ cell.value }}</td>
    {% endfor %} </tr> {% endfor %}
    """: "epg_table_rows(display_rows)",
}
_PATTERNS = {re.compile(r"\s*".join(map(re.escape, loop.split()))): call for loop, call in _LOOPS.items()}


def faster(source: str) -> str:
    """The source of a template with a call in place of each loop that is known."""
    for pattern, call in _PATTERNS.items():
        source = pattern.sub(f"{{{{ {call} }}}}", source)
    return source


class RowsAtOnce(Extension):
    """Changes the loops before templates are compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return faster(source) if "display_rows" in source else source


def query_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """For templates: the rows of a query as `tr`. Values that are no `Markup` are escaped."""
    starts = [f'<td class="col-{escape(to_css_class(column))}">' for column in columns]
    return _joined("<tr>" + _cells(zip(starts, row, strict=False)) + "</tr>" for row in rows)


def table_rows(rows: Iterable[Iterable[Mapping[str, Any]]]) -> Markup:
    """For templates: the rows of a table as `tr`, each a list of cells with `column`, `value_type` and `value`.

    Where Datasette gives a row its address (1.0), the `tr` has it and the label of the row.
    """
    starts: dict[tuple[str, str], str] = {}

    def start(cell: Mapping[str, Any]) -> str:
        key = cell["column"], cell["value_type"]
        if key not in starts:
            starts[key] = f'<td class="col-{escape(to_css_class(key[0]))} type-{escape(key[1])}">'
        return starts[key]

    return _joined(
        _opened(row) + _cells((start(cell), cell["value"]) for cell in row) + "</tr>" for row in rows
    )


def _opened(row: Any) -> str:
    if getattr(row, "pk_path", None) is None:
        return "<tr>"
    label = f' data-row-label="{escape(row.row_label)}"' if row.row_label else ""
    return f'<tr data-row="{escape(row.row_path)}"{label}>'


def _cells(cells: Iterable[tuple[str, Any]]) -> str:
    return "".join([f"{start}{escape(value)}</td>" for start, value in cells])


def _joined(rows: Iterable[str]) -> Markup:
    return Markup("\n".join(rows))  # noqa: S704 - all of it is escaped above


#: for the environment of Jinja
GLOBALS = {"epg_query_rows": query_rows, "epg_table_rows": table_rows}

"""Rows that one function writes are those that Datasette's templates write: only blanks between elements are fewer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.utils import to_css_class
from epg_web.host import table_rows
from epg_web.host.jinja import template_environment
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from tests.helpers.datasette_helpers import make_guide, serving
from tests.helpers.hosts.either_datasette import FROM_1_0, SQL

QUERY, TABLE = "_query_results.html" if FROM_1_0 else "default:query.html", "_table.html"
LOOP = re.compile(r"{% for row in display_rows %}.*{% endfor %}(?=\s*</tbody>)", re.DOTALL)
VALUES = ['<b> & "q"', Markup("<b>bold</b>"), Markup("&nbsp;"), 7, None, 1.5, "two\n  lines", ""]
COLUMNS = ["id", "with space", 'odd"<&>', "_under", "title", "ünï", "7", "x" * 60]


@pytest.fixture(name="ds")
async def instance(tmp_path: Path) -> AsyncIterator[Datasette]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as found:
        yield found


def loop(ds: Datasette, template: str) -> str:
    """The loop over rows as Datasette's template has it."""
    env = template_environment(ds)
    (found,) = LOOP.findall(env.loader.get_source(env, template)[0])
    return str(found)


def rendered(source: str, **values: Any) -> str:
    env = Environment(autoescape=True, loader=DictLoader({"page.html": source}))
    env.filters["to_css_class"] = to_css_class
    env.globals |= table_rows.GLOBALS | {"zip": zip}
    return env.get_template("page.html").render(**values)


def packed(text: str) -> str:
    """Without the blanks that a browser leaves out: around rows, and between one cell and the next."""
    return re.sub(r"\s*(<tr[^>]*>|</tr>)\s*", r"\1", re.sub(r"(</td>)\s+", r"\1", text)).strip()


class Row(list[dict[str, Any]]):
    """A row as Datasette 1.0 makes it."""

    def __init__(
        self, cells: list[dict[str, Any]], path: str | None = None, label: str | None = None
    ) -> None:
        super().__init__(cells)
        self.pk_path = self.row_path = path
        self.row_label = label


def cells() -> list[dict[str, Any]]:
    pairs = zip(COLUMNS, VALUES, strict=True)
    return [
        {"column": name, "value": value, "value_type": type(value).__name__, "raw": 1}
        for name, value in pairs
    ]


def test_a_query_has_the_rows_of_datasettes_template(ds: Datasette) -> None:
    theirs = loop(ds, QUERY)
    for rows in ([VALUES, VALUES[::-1]], [VALUES], []):
        values = {"columns": COLUMNS, "display_rows": rows}
        assert table_rows.faster(theirs) == "{{ epg_query_rows(columns, display_rows) }}"
        assert packed(rendered(table_rows.faster(theirs), **values)) == packed(rendered(theirs, **values))


def test_a_table_has_the_rows_of_datasettes_template(ds: Datasette) -> None:
    theirs = loop(ds, TABLE)
    named = [Row(cells(), '1"', "<One>"), Row(cells(), "1,2")] if FROM_1_0 else []
    for rows in ([Row(cells()), *named, Row([])], []):
        assert table_rows.faster(theirs) == "{{ epg_table_rows(display_rows) }}"
        ours = packed(rendered(table_rows.faster(theirs), display_rows=rows))
        assert ours == packed(rendered(theirs, display_rows=rows))
        assert ('data-row="1&#34;" data-row-label="&lt;One&gt;"' in ours) == (bool(named) and bool(rows))


def test_a_loop_of_the_users_own_stays() -> None:
    own = '{% for row in display_rows %}<tr class="mine">{% for cell in row %}{{ cell.value }}{% endfor %}</tr>{% endfor %}'
    assert table_rows.faster(own) == own


async def test_the_pages_of_the_site_are_written_at_once(ds: Datasette) -> None:
    for path in ("/epg/channels", "/epg/provider_quality", "/epg/channels/1", f"{SQL}?sql=select+1,+2"):
        page = (await ds.client.get(path)).text
        assert re.search(r"<tr[^>]*><td class=", page), path
        assert not re.search(r"</td>\s+<td", page), path

"""Serves `canned_queries/*.sql`, lets rows of queries and tables lead to the pages of the guide, and gives all rows as CSV.

The file name is the query's name, the leading `--` lines describe it.

    -- title: On now
    -- description: What every channel shows at one moment.
    -- param at: the moment; left out: now

A description may continue on lines that start with `--` and three blanks. These lines are removed from the SQL, because
Datasette shows it whole. Files are read once: after a change the server needs a restart.
"""

import functools
import html
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl
from markupsafe import Markup, escape

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.answer import Refused
from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send, send_answer
from epg_web.base.instance_names import DATABASE
from epg_web.base.refusals import refusal
from epg_web.host.query_offering import offering
from epg_web.host.query_page import listed_queries, query_name, row_bound
from epg_web.pages.cell_links import LINKED, target
from epg_web.sql_processes import whole_tables
from epg_web.sql_processes.csv_stream import csv_places_of

FOLDER = Path(__file__).resolve().parent.parent / "canned_queries"
#: how each query bounds its rows: one more than a page shows
BOUND = re.compile(r"\bLIMIT 1001\b")
LINE = re.compile(r"-- (?P<key>title|description|param (?P<param>\w+)): (?P<text>.+)")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The texts of a query and its SQL: `({"title": …, "description": …, "params": {name: text}}, sql)`.

    Raises ValueError for a leading line it cannot read.
    """
    found: dict[str, Any] = {"params": {}}
    lines = text.splitlines()
    key = None
    while lines and lines[0].startswith("--"):
        line = lines.pop(0)
        match = LINE.fullmatch(line)
        if match:
            target, key = (found["params"], match["param"]) if match["param"] else (found, match["key"])
            target[key] = match["text"].strip()
        elif line.startswith("--   ") and key:
            target[key] += " " + line[2:].strip()
        else:
            raise ValueError(f"cannot read {line!r}")
    return found, "\n".join(lines).strip()


def describe(found: dict[str, Any]) -> str:
    """The description as HTML, with a list of the parameters."""
    terms = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in found["params"].items()
    )
    return f"<p>{html.escape(found['description'])}</p>" + (
        terms and f'<dl class="epg-parameters">{terms}</dl>'
    )


@functools.cache
def load(folder: Path) -> tuple[tuple[str, str, str, tuple[str, ...], str], ...]:
    """Every query of a folder as `(name, title, description_html, params, sql)`."""
    queries = []
    for path in sorted(folder.glob("*.sql")):
        found, sql = split_front_matter(path.read_text(encoding="utf-8"))
        queries.append((path.stem, found["title"], describe(found), tuple(found["params"]), sql))
    return tuple(queries)


def queries() -> dict[str, dict[str, Any]]:
    """The queries as Datasette takes them, in new dictionaries for each call."""
    return {
        name: {"title": title, "description_html": text, "params": list(params), "sql": sql, "hide_sql": True}
        for name, title, text, params, sql in load(FOLDER)
    }


@functools.cache
def without_bounds(folder: Path) -> dict[str, str]:
    """The SQL of each query, and the same with all rows."""
    return {sql: BOUND.sub("LIMIT -1", sql) for *_, sql in load(folder)}


async def is_table(datasette: Any, path: str) -> bool:
    found = whole_tables.ADDRESS.fullmatch(path)
    database = datasette.get_database(DATABASE)
    return found is not None and found["name"] in {
        *await database.table_names(), *await database.view_names()
    }  # fmt: skip


# Inside the bounds of `epg_crowds.py`, which has a place for each address.
@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def with_all_rows(scope: Scope, receive: Receive, send: Send) -> None:
            places = csv_places_of(datasette)
            path = without_prefix(front, scope)["path"] if scope["type"] == "http" else ""
            if places is None or not path or not whole_tables.is_wanted(scope, path):
                return await app(scope, receive, send)
            try:
                status, body = await whole_tables.told(app, whole_tables.question(scope))
                if 300 <= status < 400:  # Datasette 1.0 has another address for SQL
                    return await app(scope, receive, send)
                asked = whole_tables.statement_of(
                    status, body, await is_table(datasette, path), without_bounds(FOLDER)
                )
                await whole_tables.respond(places, scope, receive, send, asked)
            except Refused as refused:
                await send_answer(scope, send, refusal(path, refused))

        return with_all_rows

    return wrap


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    def all_rows(address: str, database: str, is_view: bool = False) -> str:
        """For templates: the address of all rows in place of Datasette's address for CSV."""
        there = database == DATABASE and csv_places_of(datasette) is not None
        return whole_tables.link(address, is_view) if there else address

    env.globals["epg_all_rows"] = all_rows
    env.globals["epg_query_name"] = query_name
    env.globals["epg_row_bound"] = row_bound(datasette)
    env.globals["epg_listed_queries"] = listed_queries(datasette)


#: a hook of Datasette
offered = offering(DATABASE, queries)


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    if column not in LINKED or database != DATABASE or value in (None, ""):
        return None
    path = target(row, column, table)
    if path is None:
        return None
    text = value.get("label", value.get("value")) if isinstance(value, dict) else value
    # `Markup.format` takes five times as long, and a page may have thousands of cells. A path has no letter to escape.
    return Markup(f'<a href="{escape(prefix(datasette))}{path}" dir="auto">{escape(text)}</a>')  # noqa: S704 - both escaped

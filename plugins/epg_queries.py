"""Serves `canned_queries/*.sql`: the file name is the query's name, the leading `--` lines describe it.

    -- title: On now
    -- description: What every channel shows at one moment.
    -- param at: the moment; left out: now

A description may go on in lines that start with `--` and three blanks. The lines are taken off the SQL,
because Datasette shows it whole. Files are read once: a changed file needs a restart.
"""

import functools
import html
import re
from pathlib import Path

from datasette import hookimpl

FOLDER = Path(__file__).resolve().parent.parent / "canned_queries"
LINE = re.compile(r"-- (?P<key>title|description|param (?P<param>\w+)): (?P<text>.+)")


def split_front_matter(text):
    """`({"title": …, "description": …, "params": {name: text}}, sql)`.

    Raises ValueError for a leading line it cannot read.
    """
    found = {"params": {}}
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


def describe(found):
    """The description as HTML, with a list of the parameters."""
    terms = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in found["params"].items()
    )
    return f"<p>{html.escape(found['description'])}</p>" + (
        terms and f'<dl class="epg-parameters">{terms}</dl>'
    )


@functools.cache
def load(folder):
    """Every query of a folder as `(name, title, description_html, params, sql)`."""
    queries = []
    for path in sorted(folder.glob("*.sql")):
        found, sql = split_front_matter(path.read_text(encoding="utf-8"))
        queries.append((path.stem, found["title"], describe(found), tuple(found["params"]), sql))
    return tuple(queries)


@hookimpl
def canned_queries(datasette, database):
    if database != "epg":
        return {}
    # Datasette changes what it gets, so each call has its own dictionaries.
    return {
        name: {"title": title, "description_html": text, "params": list(params), "sql": sql, "hide_sql": True}
        for name, title, text, params, sql in load(FOLDER)
    }

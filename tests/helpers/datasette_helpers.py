"""Datasette instances for tests, and the two documents that are generated from the bundle.

`python -m tests.helpers.datasette_helpers tables > docs/tables.md` (or `queries`) writes a document again. A test
compares each with its source.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import importlib.metadata
import shutil
import sqlite3
import sys
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import datasette.app
import datasette.plugins
import epg_ingest.bundle
import yaml
from datasette.app import Datasette
from datasette.utils import parse_metadata
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from tests.helpers.guide_rows import insert_programme
from tests.helpers.paths import ROOT
from tests.helpers.support import new_database

PARTS = (
    "metadata.yaml",
    "datasette.yaml",
    "settings.json",
    "canned_queries",
    "plugins",
    "templates",
    "static",
)
BEGIN = datetime.now(timezone.utc)
#: endings of the tables that FTS5 makes
SHADOW = ("_data", "_idx", "_docsize", "_config")

# The entry point does this where the project is installed.
if datasette.plugins.pm.get_plugin("epg_bundle") is None:
    datasette.plugins.pm.register(epg_ingest.bundle, "epg_bundle")


class Templates(BytecodeCache):
    """Compiled templates by name and source. The folder does not count: each test has its own copy of the bundle."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], types.CodeType] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self.codes[bucket.key, bucket.checksum] = bucket.code


parsed = functools.lru_cache(maxsize=64)(parse_metadata)


def share_texts() -> None:
    """Let all instances of this process share their compiled templates and their parsed `metadata.yaml`.

    To read both again for each instance was half the time of a test of a page. Both are kept by their text, so a test that
    changes a file gets what it wrote. Servers in processes of their own read everything, as always.
    """
    # Datasette changes the metadata that it gets, hence the copies.
    datasette.app.parse_metadata = lambda content: copy.deepcopy(parsed(content))
    datasette.app.Environment = functools.partial(Environment, bytecode_cache=Templates())


def share_distributions() -> None:
    """Let all instances of this process share what installed packages say of themselves: each read 40 files for it, twice."""
    read = importlib.metadata.Distribution.metadata.fget  # type: ignore[attr-defined]
    importlib.metadata.Distribution.metadata = property(functools.cache(read))  # type: ignore[assignment]


share_texts()
share_distributions()


def plugin(name: str) -> Any:
    """A plugin module that Datasette has loaded."""
    return datasette.plugins.pm.get_plugin(f"{name}.py")


def copy_bundle(folder: Path) -> Path:
    """Copy the files of a clone that Datasette reads, without a database."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return folder


def close(ds: Datasette) -> None:
    """Close files and threads of an instance: Datasette 0.65 has no `close`."""
    if ds.executor is not None:
        ds.executor.shutdown(wait=True)
    for db in ds.databases.values():
        db.close()


@asynccontextmanager
async def serving(*files: Path | str, **options: Any) -> AsyncIterator[Datasette]:
    """A started instance over `files`, or over `config_dir=`; closed at the end."""
    ds = Datasette([str(file) for file in files], **options)
    try:
        await ds.invoke_startup()
        yield ds
    finally:
        await asyncio.to_thread(close, ds)


def make_guide(path: Path) -> sqlite3.Connection:
    """An empty guide with two providers and three channels, the third one hidden, and a line-up of the second and third."""
    conn: sqlite3.Connection = new_database(path).conn
    conn.executescript(
        """
        INSERT INTO providers (id, name, priority, created_at, updated_at)
        VALUES (1, 'best', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
               (2, 'second', 2, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        INSERT INTO channels (id, name, display_name, number, hidden, created_at)
        VALUES (1, 'one.example', 'Channel One', '1', 0, '2026-01-01T00:00:00Z'),
               (2, 'two.example', 'Channel Two', '10', 0, '2026-01-01T00:00:00Z'),
               (3, 'three.example', 'Hidden', NULL, 1, '2026-01-01T00:00:00Z');
        INSERT INTO lineups (id, name, title, source_kind, updated_at)
        VALUES (1, 'home', 'Home', 'hand', '2026-01-01T00:00:00Z');
        INSERT INTO lineup_channels (id, lineup_id, position, number, name, channel_id, method)
        VALUES (1, 1, 1, '5', 'Second', 2, 'manual'), (2, 1, 2, NULL, 'Hidden', 3, 'manual');
        """
    )
    return conn


def make_mapped_guide(path: Path) -> sqlite3.Connection:
    """The same with a third provider, `off`, which is disabled. Each provider has all channels. The generation is 7."""
    conn = make_guide(path)
    conn.executescript(
        """
        INSERT INTO providers (id, name, enabled, created_at, updated_at)
        VALUES (3, 'off', 0, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        INSERT INTO channel_mappings (provider_id, provider_channel_id, channel_id, method, created_at)
        SELECT p.id, c.name, c.id, 'new', '2026-01-01T00:00:00Z' FROM providers p JOIN channels c;
        UPDATE generation SET number = 7, changed_at = '2026-01-02T03:04:05Z';
        """
    )
    return conn


def add(conn: sqlite3.Connection, channel: int, start: str, end: str, title: str, **columns: Any) -> int:
    """Add a programme with its entry in the search index, and update the longest length. Returns its id."""
    row = {
        "channel_id": channel, "provider_id": 1, "start_time": start, "end_time": end, "title": title,
        "end_source": "feed", "created_at": start, "updated_at": start, **columns,
    }  # fmt: skip
    ident = insert_programme(conn, **row)
    conn.execute(
        "UPDATE generation SET longest_seconds = max(longest_seconds, strftime('%s', ?) - strftime('%s', ?))",
        [end, start],
    )
    return ident


def moment(hours: float) -> str:
    """The time `hours` after the start of the tests, in the stored form; the same in each call."""
    return (BEGIN + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def hours_passed() -> float:
    """Hours since the start of the tests: by so much the real clock is ahead of `moment(0)`."""
    return (datetime.now(timezone.utc) - BEGIN).total_seconds() / 3600


@functools.lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The tables of `metadata.yaml`."""
    metadata = yaml.safe_load((ROOT / "metadata.yaml").read_text(encoding="utf-8"))
    tables: dict[str, Any] = metadata["databases"]["epg"]["tables"]
    return tables


def schema(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Columns by table and view, without the tables of FTS5 and of SQLite's statistics."""
    names = [
        row[0]
        for row in conn.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
    ]
    own = [
        n
        for n in names
        if not n.startswith("sqlite_stat") and not n.endswith(tuple("_fts" + s for s in SHADOW))
    ]
    return {name: [row[1] for row in conn.execute(f'PRAGMA table_info("{name}")')] for name in own}


def tables_document() -> str:
    lines = [
        "# Tables and columns of `epg.db`",
        "",
        "This document is generated from `metadata.yaml`. A test compares both with the schema. Times are text",
        "in UTC, always in the form `2026-11-22T20:00:00Z`, so sorting them as text sorts them by time. Lists",
        "are JSON arrays.",
    ]
    for name, table in described().items():
        lines += ["", f"## `{name}`", "", table["description"], "", "| column | meaning |", "| --- | --- |"]
        lines += [f"| `{column}` | {text} |" for column, text in table["columns"].items()]
    return "\n".join(lines) + "\n"


def front_matter(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = plugin("epg_queries").split_front_matter(path.read_text(encoding="utf-8"))[0]
    return found


def queries_document() -> str:
    lines = [
        "# Canned queries",
        "",
        "This document is generated from the first lines of `canned_queries/*.sql`, and a test compares the two.",
        "Each query is a page at `/epg/<name>`, JSON at `/epg/<name>.json?_shape=array` and CSV at",
        "`/epg/<name>.csv`. If you leave out a parameter, its default applies. If a value is wrong, you get a",
        "single row that tells you what to write instead.",
        "",
        "A page and its JSON have at most 1,000 rows. The CSV link of a table, a view, one of these queries or your own",
        "SQL gives all of them, with the filters of the page: `/epg/guide.csv?_stream=on&title__contains=news`. The",
        "file has ids instead of labels, and rows of a view come in no order. Too many requests at once get",
        "503; see [limits.md](limits.md).",
        "",
        "Times are UTC unless they have an offset. In an address, write `+` as `%2B`:",
        "`start=2026-11-22T20:00:00%2B01:00`. A date alone means its first second.",
    ]
    for path in sorted((ROOT / "canned_queries").glob("*.sql")):
        found = front_matter(path)
        lines += ["", f"## `{path.stem}`: {found['title']}", "", found["description"]]
        if found["params"]:
            lines += ["", "| parameter | meaning |", "| --- | --- |"]
            lines += [f"| `{name}` | {text} |" for name, text in found["params"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write({"tables": tables_document, "queries": queries_document}[sys.argv[1]]())

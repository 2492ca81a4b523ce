"""What is attacked: a real server over a guide of 100 channels and 20,000 programmes, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.datasette_helpers import copy_bundle, make_guide, moment
from tests.helpers.webprocess import Web, web_process

CHANNELS, EACH = 100, 200
TOKEN = "a-token-that-is-long-enough"
CONTENTS = """
    WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < :last)
    INSERT INTO contents (id, title, description, category, hash)
    SELECT value, printf('Programme %d of the news', value), 'word' || (value % 500) || ' ' || hex(randomblob(400)),
           json_array('news'), value
    FROM n
"""
AIRINGS = """
    INSERT INTO airings (channel_id, provider_id, start_time, end_time, content_id, end_source, created_at, updated_at)
    SELECT 1 + id / :each, 1, strftime('%Y-%m-%dT%H:%M:%SZ', :begin, printf('+%d minutes', 30 * (id % :each))),
           strftime('%Y-%m-%dT%H:%M:%SZ', :begin, printf('+%d minutes', 30 * (id % :each) + 30)), id, 'feed', :begin, :begin
    FROM contents
"""


def fill(path: Path) -> None:
    """A guide from a day ago until three days ahead."""
    conn = make_guide(path)
    conn.execute("BEGIN")
    conn.execute("UPDATE channels SET hidden = 0")
    conn.executemany(
        "INSERT OR IGNORE INTO channels (id, name, display_name, created_at) VALUES (?, ?, ?, ?)",
        [(ident, f"c{ident}.example", f"Channel {ident}", moment(-48)) for ident in range(1, CHANNELS + 2)],
    )
    conn.execute(CONTENTS, {"last": CHANNELS * EACH})
    conn.execute(AIRINGS, {"each": EACH, "begin": moment(-24)})
    conn.execute("INSERT INTO contents_fts (contents_fts) VALUES ('rebuild')")
    conn.execute("UPDATE generation SET longest_seconds = 1800, number = number + 1")
    conn.execute("COMMIT")
    conn.close()


@contextmanager
def target(folder: Path) -> Iterator[Web]:
    """The running server; `folder` is empty."""
    bundle = folder / "bundle"
    bundle.mkdir()
    copy_bundle(bundle)
    fill(bundle / "epg.db")
    with web_process(bundle, EPG_API_TOKEN=TOKEN) as web:
        yield web

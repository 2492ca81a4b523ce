"""A site with a guide around now, and the grabber as an installation has it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from demo import feeds
from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.readers.grabbing import Grabber
from tests.helpers.support import HOUR, Guide, feed, show
from tests.helpers.webprocess import Web, web_process

PROGRAM = f"""#!{sys.executable}
from epg_ingest.grabber.program import main
main()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a guide around now, and the grabber as an installation has it: a program in `bin`."""
    folder = tmp_path_factory.mktemp("site")
    guide, now = Guide(copy_bundle(folder)), datetime.now(timezone.utc)
    for name in ("north", "south"):
        guide.load(name, getattr(feeds, name)(now), now=int(now.timestamp()))
    guide.db.execute("UPDATE channels SET hidden = 1 WHERE id = 2")
    empty = feed([show("empty", int(now.timestamp()) + 400 * HOUR, None, "T")], [("empty", "E & <M>")])
    guide.load("other", empty, now=int(now.timestamp()))
    guide.db.conn.close()
    (folder / "bin").mkdir()
    (folder / "bin" / "tv_grab_datasette_epg").write_text(PROGRAM)
    (folder / "bin" / "tv_grab_datasette_epg").chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def web(site: Path) -> Iterator[Web]:
    with web_process(site) as web:
        yield web


@pytest.fixture
def grabber(site: Path, tmp_path: Path) -> Grabber:
    return Grabber(site, tmp_path)

"""What many tests share: small feeds, a database with providers, imports without the command line."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from epg_ingest.core.limits import Limits, Retention
from epg_ingest.core.models import Provider
from epg_ingest.core.times import from_iso, xmltv
from epg_ingest.guide.providers import add_provider, get_provider
from epg_ingest.pipeline.run import Options, run_import
from epg_ingest.rule_store.chosen_sets import choose, names_of
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault
from sqlite_utils import Database

#: 2026-11-22T12:00:00Z, the present of tests for which the time does not matter
NOON = from_iso("2026-11-22T12:00:00Z")
HOUR = 3600
DAY = 24 * HOUR
KEEP_ALL = Retention(None, None, None)
#: the minor numbers of Linux's memory devices, with the major number 1
NUMBERS = {"null": 3, "zero": 5, "full": 7}
DTD = Path("/usr/share/xmltv/xmltv.dtd")
#: Debian's packages of the programs that tests start
DEBIAN = {
    "docker-compose": "docker-compose",
    "ip": "iproute2",
    "nginx": "nginx-light",
    "node": "nodejs",
    "npm": "npm",
    "systemd-analyze": "systemd",
    "setpriv": "util-linux",
    "setsid": "util-linux",
    "tv_cat": "xmltv-util",
    "tv_find_grabbers": "xmltv-util",
    "tv_grep": "xmltv-util",
    "tv_sort": "xmltv-util",
    "tv_split": "xmltv-util",
    "tv_to_latex": "xmltv-util",
    "tv_to_text": "xmltv-util",
    "tv_validate_file": "xmltv-util",
    "tv_validate_grabber": "xmltv-util",
    "xmllint": "libxml2-utils",
}


def require(condition: object, reason: str) -> None:
    """Skip the test if something it needs is missing. Fail in CI, where every test must run.

    `reason` ends with what to install, as `tests/helpers/skips.py` shows.
    """
    if not condition:
        if os.environ.get("EPG_REQUIRE_ALL"):
            pytest.fail(f"required here: {reason}")
        pytest.skip(reason)


def device(path: Path, kind: str) -> Path:
    """A character device at `path` that is like /dev/`kind`: a program that replaced it by a file would harm nobody.

    The test is skipped where none can be made and opened.
    """
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, NUMBERS[kind]))
        path.open("rb").close()
    except OSError as error:
        require(False, f"device nodes cannot be made here: {error.strerror}")
    return path


def require_program(name: str) -> str:
    """The path of a program in `DEBIAN`. The folders of programs for root are searched too."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    require(found, f"{name} is not installed (Debian: {DEBIAN[name]})")
    return found or name


def show(
    channel: str, start: int, stop: int | None, title: str, inner: str = "", attributes: str = ""
) -> str:
    """A `<programme>`; `start` and `stop` in epoch seconds."""
    end = "" if stop is None else f' stop="{xmltv(stop)}"'
    return (
        f'<programme start="{xmltv(start)}"{end} channel={quoteattr(channel)}{attributes}>'
        f"<title>{escape(title)}</title>{inner}</programme>\n"
    )


def feed(shows: Iterable[str], channels: Iterable[tuple[str, str]] = ()) -> bytes:
    """A document from programmes and (id, display name) pairs."""
    declared = "".join(
        f"<channel id={quoteattr(name)}><display-name>{escape(text)}</display-name></channel>\n"
        for name, text in channels
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n{declared}{"".join(shows)}</tv>\n'.encode()


@cache
def _empty_guide() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "epg.db"
        open_database(path).close()
        return path.read_bytes()


def new_database(path: Path) -> Database:
    """The guide at `path`, opened; an empty one if there is none.

    The migrations run once in each process. Every other empty guide is a copy, made in 1 ms instead of 20: thousands of tests
    begin with one.
    """
    if not path.exists():
        path.write_bytes(_empty_guide())
    return open_database(path)


class Guide:
    """A database in a folder. Providers are added when a test first uses them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "epg.db"
        self.db = new_database(self.path)
        self.vault = Vault(self.path.with_suffix(".secrets"))

    def as_written(self) -> Guide:
        """The guide, with all sets of rules off: programmes then say what the feeds wrote."""
        choose(self.db, names_of((), every=True, enabled=False), None, False)
        return self

    def provider(self, name: str, **settings: Any) -> Provider:
        if not self.db.execute("SELECT 1 FROM providers WHERE name = ?", [name]).fetchone():
            add_provider(self.db, self.vault, name, None, now=NOON, **settings)
        return get_provider(self.db, name)

    def load(
        self,
        name: str,
        body: bytes,
        *,
        now: int = NOON,
        retention: Retention = KEEP_ALL,
        force: bool = False,
        workers: int = 0,
        **settings: Any,
    ) -> dict[str, Any]:
        """Import `body` for a provider. Returns the row of the import log."""
        provider = self.provider(name, **settings)
        file = self.folder / f"{name}.feed"
        file.write_bytes(body)
        options = Options(retention, Limits(), force=force, trigger="test", workers=workers)
        return run_import(self.db, self.vault, provider, options, file=file, now=now)

    def rows(
        self, sql: str = "SELECT * FROM programs ORDER BY provider_id, channel_id, start_time", *values: Any
    ) -> list[Any]:
        return list(self.db.query(sql, values))

    def stored(self) -> list[Any]:
        """Every row of `contents` and `airings`, by id."""
        return [
            *self.rows("SELECT * FROM contents ORDER BY id"),
            *self.rows("SELECT * FROM airings ORDER BY id"),
        ]

    def shown(self) -> list[tuple[Any, ...]]:
        """The rows of the guide: channel, start, end, title."""
        return self.db.execute(
            "SELECT channel, start_time, end_time, title FROM guide ORDER BY channel, start_time"
        ).fetchall()

    def problems(self, row: dict[str, Any]) -> dict[str, int]:
        """The problems of an import: code to count."""
        found: dict[str, int] = {}
        for code, count in self.db.execute(
            "SELECT code, count FROM import_problems WHERE import_id = ?", [row["id"]]
        ):
            found[code] = found.get(code, 0) + count
        return found

    def close(self) -> None:
        self.db.close()

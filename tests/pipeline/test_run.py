"""Whole imports over HTTP: conditional requests, every way a feed can be bad, and a guide that stays as it was."""

from __future__ import annotations

import gzip
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import DatabaseError
from epg_ingest.core.limits import Limits, Retention
from epg_ingest.core.times import iso
from epg_ingest.guide.providers import add_provider, get_provider, update_provider
from epg_ingest.pipeline.run import Options, import_lock, mark_interrupted, run_import
from epg_ingest.storage.database import open_database

from tests.helpers.feedserver import UNKNOWN_HOST, FeedServer, unused_port
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, show

pytestmark = pytest.mark.slow

LIMITS = Limits(connect_timeout=2, read_timeout=0.3, deadline=20, retries=2, backoff=0.01)
GOOD = feed(
    [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"t{n}") for n in range(10)], [("one", "One")]
)
TABLES = (
    "providers",
    "channels",
    "channel_mappings",
    "contents",
    "airings",
    "program_changes",
    "generation",
    "contents_fts_data",
)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as made:
        yield made


class Site:
    """A guide with one provider that has been imported once from a server, and what another import of it does."""

    def __init__(self, guide: Guide, server: FeedServer) -> None:
        self.guide, self.server = guide, server
        url = server.serve("/guide.xml", GOOD)
        add_provider(guide.db, guide.vault, "p", url, now=NOON, private_addresses="allow")
        assert self.load()["status"] == "success"

    def load(self, url: str | None = None, **changes: Any) -> dict[str, Any]:
        """Import from `url` from now on. `changes` go to the limits, `retention`, `force` and `now`."""
        guide = self.guide
        if url is not None:
            update_provider(guide.db, guide.vault, "p", {"url": url}, now=NOON, local_files=True)
        given = {key: changes.pop(key) for key in ("retention", "force") if key in changes}
        now = changes.pop("now", NOON)
        options = Options(**{"retention": KEEP_ALL, "workers": 0, **given}, limits=replace(LIMITS, **changes))
        return run_import(guide.db, guide.vault, get_provider(guide.db, "p"), options, now=now)

    def dump(self) -> dict[str, list[Any]]:
        return {table: self.guide.db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


@pytest.fixture
def site(guide: Guide, server: FeedServer) -> Site:
    return Site(guide, server)


def truncated_gzip() -> bytes:
    return gzip.compress(GOOD, mtime=0)[:-40]


def bomb() -> bytes:
    """About 100 MB of blanks in 100 KB."""
    return gzip.compress(b"<tv>" + b" " * 100_000_000, 9, mtime=0)


def old() -> bytes:
    return feed(
        [
            show("one", NOON - 900 * HOUR, NOON - 899 * HOUR, "old"),
            show("one", NOON + 900 * HOUR, None, "far"),
        ]
    )


#: what is served → the error code, a part of the message, and settings of the import
BAD: dict[str, tuple[Callable[[FeedServer], str], str, str, dict[str, Any]]] = {
    "unknown host": (lambda s: f"http://{UNKNOWN_HOST}/x.xml", "dns", "", {}),
    "refused": (lambda s: f"http://127.0.0.1:{unused_port()}/x.xml", "refused", "127.0.0.1", {}),
    "time-out before the head": (lambda s: s.stall("/x", -1), "timeout", "download.read_timeout", {}),
    "time-out in the body": (lambda s: s.stall("/x", 100, GOOD), "timeout", "download.read_timeout", {}),
    "a byte now and then": (
        lambda s: s.drip("/x"),
        "deadline",
        "download.deadline",
        {"deadline": 0.5, "retries": 0},
    ),
    "short body": (lambda s: s.short("/x", GOOD), "shortbody", "", {}),
    "reset": (lambda s: s.reset("/x"), "connection", "", {}),
    "404": (lambda s: s.url("/nothing"), "http", "404", {}),
    "401": (lambda s: s.serve("/x", GOOD, auth="Basic eHg6eHg="), "http", "401", {}),
    "500 three times": (lambda s: s.fail("/x", [500]), "http", "500", {}),
    "redirect loop": (lambda s: s.redirect("/x", "/x"), "redirectloop", "download.max_redirects", {}),
    "too large": (lambda s: s.serve("/x", GOOD), "toolarge", "download.max_bytes", {"max_bytes": 500}),
    "unpacks to too much": (
        lambda s: s.serve("/x", gzip.compress(GOOD)),
        "toolarge",
        "download.max_unpacked_bytes",
        {"max_unpacked_bytes": 500},
    ),
    "HTML page": (
        lambda s: s.serve("/x", b"<!DOCTYPE html><html><body>Log in</body></html>"),
        "html",
        "HTML page",
        {},
    ),
    "XHTML page": (
        lambda s: s.serve("/x", b'<?xml version="1.0"?>\n<html xmlns="x"/>'),
        "html",
        "HTML page",
        {},
    ),
    "JSON": (lambda s: s.serve("/x", b'{"error": "no such user"}'), "json", "JSON", {}),
    "text": (
        lambda s: s.serve("/x", b"Too many requests, try later"),
        "text",
        "text, not an XMLTV guide; check the URL",
        {},
    ),
    "nothing": (lambda s: s.serve("/x", b""), "empty", "empty", {}),
    "blanks": (lambda s: s.serve("/x", b" \r\n "), "empty", "empty", {}),
    "an empty gzip": (lambda s: s.serve("/x", gzip.compress(b"")), "empty", "empty", {}),
    "an empty tv": (
        lambda s: s.serve("/x", b'<?xml version="1.0"?><tv/>'),
        "noprogrammes",
        "no programme",
        {},
    ),
    "only channels": (
        lambda s: s.serve("/x", feed([], [("one", "One")])),
        "noprogrammes",
        "no programme",
        {},
    ),
    "no usable programme": (
        lambda s: s.serve(
            "/x", b'<tv><programme start="soon" channel="one"><title>t</title></programme></tv>'
        ),
        "noprogrammes",
        "badstart",
        {},
    ),
    "gzip bomb": (lambda s: s.serve("/x", bomb()), "bomb", "download.max_ratio", {"max_ratio": 100}),
    "all outside retention": (
        lambda s: s.serve("/x", old()),
        "outside",
        "retention.past_days",
        {"retention": Retention(7, 7, 30)},
    ),
    "a file that is not there": (lambda s: "file:///no/such/file.xml", "nofile", "", {}),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_leaves_the_guide_as_it_was(site: Site, case: str) -> None:
    make, code, words, changes = BAD[case]
    url = make(site.server)
    update_provider(site.guide.db, site.guide.vault, "p", {"url": url}, now=NOON, local_files=True)
    before = site.dump()
    row = site.load(**changes)
    assert (row["status"], row["error_code"]) == ("failed", code), row["error_message"]
    message = row["error_message"]
    assert words in message and "\n" not in message and "/x" not in message and len(message) < 500
    assert (
        row["completed_at"]
        and row["programs_imported"] == row["programs_updated"] == row["programs_removed"] == 0
    )
    (stored,) = site.guide.rows("SELECT * FROM import_log ORDER BY id DESC LIMIT 1")
    assert {"provider": "p", **stored} == row
    assert site.dump() == before


@pytest.mark.parametrize("case", BAD)
def test_a_good_feed_after_a_bad_one(site: Site, case: str) -> None:
    make, _, _, changes = BAD[case]
    if "deadline" not in changes:
        site.load(make(site.server), **changes)
    assert site.load(site.server.url("/guide.xml"))["status"] == "success"


def test_statuses_and_retries(site: Site) -> None:
    row = site.load(site.server.fail("/flaky", [503, 500, GOOD + b"<!-- new -->"]))
    assert (row["status"], row["http_status"], len(site.server.requests("/flaky"))) == ("success", 200, 3)
    row = site.load(site.server.fail("/broken", [500]))
    assert (row["http_status"], len(site.server.requests("/broken"))) == (500, 3)
    row = site.load(site.server.url("/gone"))
    assert (row["http_status"], len(site.server.requests("/gone"))) == (404, 1)


def test_deny_refuses_addresses_of_this_network(guide: Guide) -> None:
    """Providers made without a word about addresses are of the API, where people may not reach the local network."""
    with FeedServer("127.0.0.2") as server:
        add_provider(guide.db, guide.vault, "p", server.serve("/guide.xml", GOOD), now=NOON)
        options = Options(KEEP_ALL, LIMITS)
        row = run_import(guide.db, guide.vault, get_provider(guide.db, "p"), options, now=NOON)
        assert (row["status"], row["error_code"], server.hits) == ("failed", "address", [])


class TestPartial:
    """What is complete is imported, and the next import does not take it for the whole."""

    def titles(self, site: Site) -> list[str]:
        return [row["title"] for row in site.guide.rows("SELECT title FROM programs ORDER BY start_time")]

    @pytest.fixture(params=["plain", "gzip"])
    def cut_off(self, request: pytest.FixtureRequest, site: Site) -> str:
        shows = [show("one", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"new{n}") for n in range(10)]
        body = feed(shows, [("one", "One")])
        if request.param == "plain":
            return site.server.serve("/cut", body[:-60])
        # Stored, not compressed: so the end of what can be read is known.
        return site.server.serve("/cut", gzip.compress(body, 0, mtime=0)[:-75])

    def test_complete_programmes_are_imported(self, site: Site, cut_off: str) -> None:
        row = site.load(cut_off)
        assert (row["status"], row["error_code"]) == ("partial", None)
        assert site.guide.problems(row)["notwell"] >= 1
        assert self.titles(site) == [f"new{n}" for n in range(9)] + ["t9"]

    def test_it_is_fetched_and_read_again(self, site: Site, cut_off: str) -> None:
        site.load(cut_off)
        before = site.guide.rows()
        row = site.load()
        assert (row["status"], row["programs_unchanged"]) == ("partial", 9)
        assert site.guide.rows() == before

    def test_nothing_complete(self, site: Site) -> None:
        row = site.load(site.server.serve("/cut", GOOD[:190]))
        assert (row["status"], row["error_code"]) == ("failed", "noprogrammes")


class TestHostile:
    """Documents made to do harm do none, and what else is in them is imported."""

    OK = show("one", NOON + 20 * HOUR, NOON + 21 * HOUR, "harmless")

    def load(self, site: Site, head: str, inner: str) -> tuple[dict[str, Any], list[str]]:
        body = f'<?xml version="1.0"?>{head}<tv>{inner}{self.OK}</tv>'.encode()
        started = time.monotonic()
        row = site.load(site.server.serve("/x", body))
        assert time.monotonic() - started < 10
        return row, [
            found["title"]
            for found in site.guide.rows("SELECT title FROM programs WHERE start_time >= ?", self.at(20))
        ]

    def at(self, hours: int) -> str:
        return iso(NOON + hours * HOUR)

    def test_an_entity_bomb(self, site: Site) -> None:
        levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        title = show("one", NOON + 21 * HOUR, NOON + 22 * HOUR, "XX").replace("XX", "&e11;")
        row, titles = self.load(site, f'<!DOCTYPE tv [<!ENTITY e0 "lol">{levels}]>', title)
        assert (row["status"], titles) == ("success", ["harmless", "&e11;"])
        assert site.guide.problems(row)["badentity"] == 1

    def test_an_external_entity(self, site: Site) -> None:
        secret = site.guide.folder / "secret.txt"
        secret.write_text("CANARY")
        title = show("one", NOON + 21 * HOUR, NOON + 22 * HOUR, "XX").replace("XX", "&x;")
        outside = site.server.serve("/evil", b"CANARY")
        for address in (secret.as_uri(), outside):
            row, titles = self.load(site, f'<!DOCTYPE tv [<!ENTITY x SYSTEM "{address}">]>', title)
            assert (row["status"], titles) == ("success", ["harmless", "&x;"])
        assert site.server.requests("/evil") == []

    def test_an_external_dtd(self, site: Site) -> None:
        outside = site.server.serve("/evil", b"")
        self.load(site, f'<!DOCTYPE tv SYSTEM "{outside}">', "")
        assert site.server.requests("/evil") == []

    @pytest.mark.parametrize("depth", [100, 5000])
    def test_nesting(self, site: Site, depth: int) -> None:
        deep = show("one", NOON + 21 * HOUR, NOON + 22 * HOUR, "deep", "<a>" * depth + "</a>" * depth)
        row, titles = self.load(site, "", deep)
        assert titles == ["harmless", "deep"]
        assert site.guide.problems(row).get("badmarkup", 0) == (0 if depth == 100 else 1)

    def test_a_huge_attribute(self, site: Site) -> None:
        huge = show(
            "one", NOON + 21 * HOUR, NOON + 22 * HOUR, "huge", attributes=f' showview="{"x" * 50_000_000}"'
        )
        row, titles = self.load(site, "", huge)
        assert (row["status"], titles) == ("success", ["harmless"])
        assert site.guide.problems(row)["notwell"] >= 1

    def test_numbers_beyond_all_bounds(self, site: Site) -> None:
        inner = (
            '<length units="hours">99999999999999999999999</length>'
            '<episode-num system="xmltv_ns">99999999999999999999999.88888888888888888888.</episode-num>'
        )
        row, titles = self.load(site, "", show("one", NOON + 21 * HOUR, None, "many", inner))
        assert (row["status"], titles) == ("success", ["harmless", "many"])


class TestConditional:
    def test_304(self, guide: Guide, server: FeedServer) -> None:
        url = server.serve("/guide.xml", GOOD, etag='"1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT")
        add_provider(guide.db, guide.vault, "p", url, now=NOON, private_addresses="allow")
        options = Options(KEEP_ALL, LIMITS)
        rows = [
            run_import(guide.db, guide.vault, get_provider(guide.db, "p"), options, now=NOON)
            for _ in range(3)
        ]
        assert [row["http_status"] for row in rows] == [200, 304, 304]
        assert [row["status"] for row in rows] == ["success"] * 3
        assert [row["programs_unchanged"] for row in rows] == [0, 10, 10]
        assert {(row["etag"], row["last_modified"], row["sha256"]) for row in rows} == {
            ('"1"', "Sun, 22 Nov 2026 10:00:00 GMT", rows[0]["sha256"])
        }
        assert server.hits[1].headers["If-None-Match"] == '"1"'

    def test_the_same_body_without_validators(self, site: Site) -> None:
        before = site.dump()
        row = site.load()
        assert (row["status"], row["http_status"], row["programs_unchanged"]) == ("success", 200, 10)
        assert site.dump() == before

    def test_no_validators_after_another_url(self, site: Site) -> None:
        """What one address said of its body means nothing at another."""
        site.load(site.server.serve("/a", GOOD, etag='"1"'))
        site.load(site.server.serve("/b", GOOD + b"<!-- other -->", etag='"1"'))
        assert site.server.hits[-1].headers["If-None-Match"] is None

    @pytest.mark.parametrize(
        "settings", [{"timezone": "Asia/Tokyo"}, {"shift_minutes": 60}, {"language": ["de"]}]
    )
    def test_no_validators_after_other_settings(self, site: Site, settings: dict[str, Any]) -> None:
        site.load(site.server.serve("/a", GOOD, etag='"1"'))
        update_provider(site.guide.db, site.guide.vault, "p", settings, now=NOON)
        assert site.load()["http_status"] == 200
        assert site.load()["http_status"] == 304

    def test_force_asks_for_the_whole(self, site: Site) -> None:
        site.load(site.server.serve("/a", GOOD, etag='"1"'))
        assert site.load(force=True)["http_status"] == 200

    def test_after_a_failure_the_validators_of_the_last_success(self, site: Site) -> None:
        url = site.server.serve("/a", GOOD, etag='"1"')
        site.load(url)
        site.server.fail("/a", [404])
        site.load()
        site.server.serve("/a", GOOD, etag='"1"')
        assert site.load()["http_status"] == 304

    def test_an_unchanged_feed_is_done_at_once(self, site: Site) -> None:
        started = time.monotonic()
        site.load()
        assert time.monotonic() - started < 1


class TestDatabase:
    def test_damaged(self, tmp_path: Path) -> None:
        path = tmp_path / "epg.db"
        path.write_bytes(b"This is not a database" * 1000)
        with pytest.raises(DatabaseError) as caught:
            open_database(path)
        assert caught.value.code == "damaged" and "\n" not in caught.value.message
        assert path.read_bytes() == b"This is not a database" * 1000

    def test_damaged_inside(self, site: Site) -> None:
        """A page of `airings` is overwritten: the import says so, and writes nothing more."""
        guide = site.guide
        (page,) = guide.db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'airings'").fetchone()
        guide.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with guide.path.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
        other = Guide(guide.folder)
        try:
            options = Options(KEEP_ALL, LIMITS, workers=0, force=True)
            row = run_import(other.db, other.vault, get_provider(other.db, "p"), options, now=NOON)
            assert (row["status"], row["error_code"]) == ("failed", "damaged")
        finally:
            other.close()

    def test_from_a_newer_version(self, guide: Guide) -> None:
        guide.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('datasette_epg', 'm999_later', 'then')"
        )
        with pytest.raises(DatabaseError) as caught:
            open_database(guide.path)
        assert caught.value.code == "newer" and "m999_later" in caught.value.message

    def test_locked(self, site: Site) -> None:
        """Somebody holds the write lock for longer than an import waits."""
        before = site.dump()
        site.guide.db.execute("PRAGMA busy_timeout = 50")
        holder = sqlite3.connect(site.guide.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError) as caught:
            site.load(None)
        assert caught.value.code == "locked" and "another program" in caught.value.message
        holder.execute("ROLLBACK")
        holder.close()
        assert site.dump() == before
        assert site.load()["status"] == "success"

    def test_locked_for_a_moment(self, site: Site) -> None:
        holder = sqlite3.connect(site.guide.path, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN IMMEDIATE")
        threading.Timer(0.3, lambda: holder.execute("ROLLBACK")).start()
        assert site.load()["status"] == "success"
        holder.close()

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseError) as caught:
            open_database(tmp_path / "nowhere" / "epg.db")
        assert caught.value.code == "nofolder"


class TestLock:
    def test_one_at_a_time(self, guide: Guide) -> None:
        with (
            import_lock(guide.path, wait=False),
            pytest.raises(DatabaseError) as caught,
            import_lock(guide.path, wait=False),
        ):
            pass
        assert caught.value.code == "busy"
        with import_lock(guide.path, wait=False):
            pass

    def test_a_second_waits(self, guide: Guide) -> None:
        order = []
        started = threading.Event()

        def second() -> None:
            started.set()
            with import_lock(guide.path, wait=True):
                order.append("second")

        with import_lock(guide.path, wait=False):
            thread = threading.Thread(target=second)
            thread.start()
            started.wait()
            time.sleep(0.2)
            order.append("first")
        thread.join(10)
        assert order == ["first", "second"]

    def test_interrupted_imports_are_closed(self, guide: Guide) -> None:
        guide.load("p", GOOD)
        guide.db.execute(
            "INSERT INTO import_log (provider_id, started_at, status, trigger) VALUES (1, 'then', 'running', 'cli')"
        )
        assert mark_interrupted(guide.db) == 1
        (row,) = guide.rows(
            "SELECT status, error_code, error_message, completed_at FROM import_log WHERE started_at = 'then'"
        )
        assert (row["status"], row["error_code"]) == ("failed", "interrupted") and row["completed_at"]
        assert mark_interrupted(guide.db) == 0


def test_temporary_files_are_gone(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    site.load(site.server.serve("/more", GOOD + b"<!-- more -->"))
    site.load(site.server.short("/short", GOOD))
    site.load(site.server.serve("/html", b"<html></html>"))
    assert list(folder.iterdir()) == []


def test_no_url(guide: Guide) -> None:
    provider = guide.provider("p")
    row = run_import(guide.db, guide.vault, provider, Options(KEEP_ALL, LIMITS), now=NOON)
    assert (row["status"], row["error_code"]) == ("failed", "nourl")
    assert "providers update p --url" in row["error_message"]

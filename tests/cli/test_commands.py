"""The command line as people and scripts see it: exit status, one-line errors, what goes to which stream, no secrets."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import shlex
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from epg_ingest.cli.main import run
from epg_ingest.pipeline.run import import_lock

from tests.helpers.paths import PYTHONPATH, ROOT

pytestmark = pytest.mark.slow

#: runs a command: exit status, standard output, standard error
Epg = Callable[..., tuple[int, str, str]]


def feed(*titles: str, channel: str = "one.uk", name: str = "Channel One") -> bytes:
    """A feed whose programmes follow one another from the last full hour on."""
    start = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    times = [(start + timedelta(hours=i)).strftime("%Y%m%d%H%M%S +0000") for i in range(len(titles) + 1)]
    programmes = "".join(
        f'<programme start="{times[i]}" stop="{times[i + 1]}" channel="{channel}"><title>{title}</title></programme>'
        for i, title in enumerate(titles)
    )
    return (
        f'<tv><channel id="{channel}"><display-name>{name}</display-name></channel>{programmes}</tv>'.encode()
    )


class Site:
    """A web server on 127.0.0.1. `pages` maps paths to bodies; other paths are 404; `/slow…` never finishes."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.pages.get(self.path.partition("?")[0])
                self.send_response(404 if body is None and not self.path.startswith("/slow") else 200)
                self.send_header("Content-Length", str(len(body or b"") if body is not None else 1000))
                self.end_headers()
                self.wfile.write(body or b"")
                if self.path.startswith("/slow"):
                    time.sleep(30)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture(autouse=True)
def _clean_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EPG_DOWNLOAD_RETRIES", "0")


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str]) -> Epg:
    """Run a command; its exit status, standard output and standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


def process(*args: str, stderr: int = subprocess.PIPE, **environ: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own, for signals and streams."""
    command = [sys.executable, "-m", "epg_ingest.cli", *args]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1", **environ}
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=stderr)


@contextmanager
def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        yield


def rows(sql: str, path: str = "epg.db") -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(path)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def error(message: str) -> tuple[int, str, str]:
    return (2, "", f"Error: {message}\n")


# --- what is wrong, and how it is said ---


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("status", "there is no database epg.db; make one with: epg-ingest init"),
        ("cleanup", "there is no database epg.db; make one with: epg-ingest init"),
        ("import", "there is no database epg.db; make one with: epg-ingest init"),
        ("export xmltv", "there is no database epg.db; make one with: epg-ingest init"),
        ("backup x.backup", "there is no database epg.db; make one with: epg-ingest init"),
        ("channels list", "there is no database epg.db; make one with: epg-ingest init"),
        ("providers list", "there is no database epg.db; make one with: epg-ingest init"),
        (
            "--config none.yaml status",
            "cannot read the configuration file none.yaml: No such file or directory",
        ),
        ("--db . init", ". is a folder; name a file in it, such as epg.db"),
        ("--db epg.secrets init", "epg.secrets is the name of a secrets file"),
        ("statsu", "No such command 'statsu'; did you mean status or targets?"),
        ("providers zz", "No such command 'zz'; see: epg-ingest providers --help"),
        ("status --bogus", "No such option '--bogus'; see: epg-ingest status --help"),
        ("providers add uk", "give the URL of a feed, or a program with --command"),
        ("--log-format xml status", "Invalid value for '--log-format': 'xml' is not one of 'text', 'json'"),
        ("providers add 12 http://127.0.0.1/", "a provider's name must not be only digits"),
        ("providers add uk nowhere.xml", "there is no file at that path"),
        ("providers add uk ftp://127.0.0.1/", "the URL must begin with http:// or https:// or file:"),
        ("providers add uk http://127.0.0.1/ --priority x", "Invalid value for '--priority'"),
        (
            "providers add uk http://127.0.0.1/ --priority -5",
            "priority must be a whole number from 0 to 9999",
        ),
        ("providers add uk http://127.0.0.1/ --timezone Mars", "unknown time zone 'Mars'"),
        ("providers add uk http://127.0.0.1/ --language e!", "language must be a list of language codes"),
        ("providers add uk http://127.0.0.1/ --header X", "a header has the form NAME:VALUE"),
        ("providers add uk http://127.0.0.1/ --channel-policy x", "Invalid value for '--channel-policy'"),
        ("providers update uk", "nothing to change; see: epg-ingest providers update --help"),
        ("providers update uk --header A:b --no-headers", "--header and --no-headers contradict each other"),
        ("channels update one", "nothing to change; see: epg-ingest channels update --help"),
        ("import --file x.xml", "--file needs --provider NAME"),
        ("import --provider uk", "--provider goes with --file"),
        (
            "import uk --file x.xml --provider uk",
            "--file imports one file for one provider; leave out the names",
        ),
        ("import --file none.xml --provider uk", "there is no file none.xml; check the path"),
        ("check none.xml", "there is no file none.xml; an address begins with http:// or https://"),
        ("check --timezone Mars none.xml", "unknown time zone 'Mars'"),
        ("check ftp://127.0.0.1/x", "the URL must begin with http:// or https:// or file:"),
    ],
)
def test_wrong_usage_leaves_with_2_and_one_line(epg: Epg, args: str, said: str) -> None:
    status, out, err = epg(*args.split())
    assert (status, out) == (2, "")
    assert err.startswith("Error: ") and err.count("\n") == 1
    assert said in err
    assert not Path("epg.db").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("import", "there are no providers; add one with: epg-ingest providers add NAME URL"),
        ("import zz", "there is no provider 'zz'; add one with: epg-ingest providers add NAME URL"),
        ("providers show zz", "there is no provider 'zz'"),
        ("providers enable zz", "there is no provider 'zz'"),
        ("providers disable zz", "there is no provider 'zz'"),
        ("providers remove zz", "there is no provider 'zz'"),
        ("providers update zz --priority 1", "there is no provider 'zz'"),
        ("channels update zz --number 5", "there is no channel 'zz'; channels come with the first import"),
        ("channels merge a b", "there is no channel 'a'"),
        ("channels map zz a b", "there is no provider 'zz'"),
        ("channels unmap zz a", "there is no provider 'zz'"),
        ("channels ignore zz a", "there is no provider 'zz'"),
        ("channels candidates --provider zz", "there is no provider 'zz'"),
        ("channels candidates --limit 0", "Invalid value for '--limit'"),
        ("channels list --provider zz", "there is no provider 'zz'"),
        ("export xmltv --channel zz", "there is no channel 'zz'"),
        ("export csv --provider zz", "there is no provider 'zz'"),
        ("export csv --days 1 --start now", "--days counts from now: leave out --start and --end"),
        ("export csv --start yesterdayish", "--start: not a time"),
        ("export csv --end ''", "--end: not a time"),
        ("export csv --start 2025-01-02 --end 2025-01-01", "--start must be before --end"),
        ("export csv --days 0", "Invalid value for '--days'"),
        ("export csv --output .", ". is a folder; name a file in it"),
        ("backup .", ". is a folder; name a file in it"),
        ("backup none/x.backup", "the folder none does not exist; create it first"),
        ("backup epg.db --overwrite", "epg.db belongs to the guide"),
        ("backup epg.secrets --overwrite", "epg.secrets belongs to the guide"),
        ("backup copy.db", "copy.db would be published by Datasette"),
        ("backup copy.SQLite", "would be published by Datasette"),
    ],
)
def test_wrong_usage_of_a_database_changes_nothing(epg: Epg, args: str, said: str) -> None:
    epg("init")
    before = rows("SELECT number FROM generation")
    status, out, err = epg(*(arg.strip("'") for arg in args.split()))
    assert (status, out) == (2, "")
    assert err.startswith("Error: ") and err.count("\n") == 1
    assert said in err
    assert rows("SELECT number FROM generation") == before


def test_no_command_shows_the_help(epg: Epg) -> None:
    status, _, err = epg()
    assert status == 2
    assert "Usage: epg-ingest" in err


@pytest.mark.parametrize("flag", ["--help", "-h", "--version"])
def test_help_and_version_need_nothing(epg: Epg, monkeypatch: pytest.MonkeyPatch, flag: str) -> None:
    monkeypatch.setenv("EPG_SERVER_PORT", "wrong")
    assert epg(flag)[0] == 0


def test_a_damaged_database_is_one_line(epg: Epg) -> None:
    Path("epg.db").write_bytes(b"this is no database, and long enough to be told from one" * 100)
    status, out, err = epg("status")
    assert (status, out) == (1, "")
    assert "epg.db is not a usable SQLite database" in err and err.count("\n") == 1


def test_a_newer_database_is_one_line(epg: Epg) -> None:
    epg("init")
    conn = sqlite3.connect("epg.db")
    conn.execute(
        """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
           SELECT migration_set, 'm999_new', '' FROM _sqlite_migrations LIMIT 1"""
    )
    conn.commit()
    conn.close()
    status, _, err = epg("status")
    assert status == 1
    assert "made by a newer version" in err and err.count("\n") == 1


# --- settings ---


def test_the_configuration_says_where_values_come_from(epg: Epg, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.yaml").write_text("server: {port: 9000}\n")
    monkeypatch.setenv("EPG_RETENTION_DAYS", "none")
    monkeypatch.setenv("EPG_API_TOKEN", "CANARY1")
    status, out, _ = epg("--db", "other.db", "config", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["database.path"] == {"value": "other.db", "source": "flag"}
    assert found["server.port"] == {"value": 9000, "source": "config.yaml"}
    assert found["retention.past_days"] == {"value": None, "source": "EPG_RETENTION_DAYS"}
    assert found["EPG_API_TOKEN"] == {"value": "********", "source": "environment"}
    assert "CANARY" not in out
    text = epg("config")[1]
    assert "retention.past_days" in text and "none" in text and "CANARY" not in text


def test_a_wrong_variable_stops_every_command(epg: Epg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_SERVER_PRT", "1")
    assert epg("init") == error("unknown environment variable EPG_SERVER_PRT; did you mean EPG_SERVER_PORT?")


# --- init, providers ---


def test_init_makes_both_files_and_may_be_repeated(epg: Epg) -> None:
    assert epg("init")[:2] == (0, "epg.db made; secrets are kept in epg.secrets\n")
    assert epg("init")[:2] == (0, "epg.db is ready; secrets are kept in epg.secrets\n")
    assert stat.S_IMODE(os.stat("epg.secrets").st_mode) == 0o600


def test_a_provider_from_start_to_end(epg: Epg) -> None:
    assert (
        epg("providers", "add", "uk", "http://127.0.0.1:9/x.xml", "--priority", 5, "--language", "en, cy")[0]
        == 0
    )
    provider = json.loads(epg("providers", "show", "uk", "--json")[1])
    assert (provider["priority"], provider["language"], provider["private_addresses"]) == (
        5,
        ["en", "cy"],
        "allow",
    )
    assert (
        epg("providers", "update", "uk", "--language", "none", "--shift-minutes", -60, "--name", "gb")[0] == 0
    )
    (provider,) = json.loads(epg("providers", "list", "--json")[1])
    assert (provider["name"], provider["language"], provider["shift_minutes"]) == ("gb", [], -60)
    for option, kept in (("--repair-text", True), ("--no-repair-text", False)):
        assert epg("providers", "update", "gb", option)[0] == 0
        assert json.loads(epg("providers", "show", "gb", "--json")[1])["repair_text"] is kept
    assert epg("providers", "disable", "gb") == (0, "disabled gb\n", "")
    assert epg("providers", "enable", "1") == (0, "enabled gb\n", "")
    assert epg("providers", "remove", "gb", "--yes") == (0, "removed gb and 0 programmes\n", "")
    assert json.loads(epg("providers", "list", "--json")[1]) == []


def test_the_address_may_come_from_standard_input(epg: Epg, monkeypatch: pytest.MonkeyPatch) -> None:
    with standard_input(monkeypatch, b"http://127.0.0.1:9/CANARY2\n"):
        assert epg("providers", "add", "uk", "-")[0] == 0
    assert (
        json.loads(epg("providers", "show", "uk", "--reveal", "--json")[1])["url"]
        == "http://127.0.0.1:9/CANARY2"
    )


def test_headers_are_forgotten_with_their_host_and_that_is_said(epg: Epg) -> None:
    epg("providers", "add", "uk", "http://127.0.0.1:9/x", "--header", "X-Key: CANARY4")
    status, _, err = epg("providers", "update", "uk", "--url", "http://127.0.0.2:9/x")
    assert (status, err) == (
        0,
        "its headers were for the other host and are forgotten; give them again with --header\n",
    )


def test_the_setting_for_private_addresses_is_the_default_of_new_providers(
    epg: Epg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPG_DOWNLOAD_PRIVATE_ADDRESSES", "deny")
    epg("providers", "add", "uk", "http://127.0.0.1:9/")
    epg("providers", "add", "de", "http://127.0.0.1:9/", "--private-addresses", "allow")
    found = [json.loads(epg("providers", "show", n, "--json")[1])["private_addresses"] for n in ("uk", "de")]
    assert found == ["deny", "allow"]


def test_a_taken_name_is_one_line(epg: Epg) -> None:
    epg("providers", "add", "uk", "http://127.0.0.1:9/")
    said = "there is already a provider named uk; choose another name or update that one"
    assert epg("providers", "add", "UK", "http://127.0.0.1:9/") == error(said)


# --- import ---


@pytest.fixture
def uk(epg: Epg, site: Site) -> None:
    site.pages["/uk.xml"] = feed("Opera", "News")
    assert epg("providers", "add", "uk", f"{site.url}/uk.xml")[0] == 0


def test_import_prints_one_line_for_each_provider(epg: Epg, site: Site, uk: None) -> None:
    site.pages["/de.xml"] = feed("Film", channel="eins.de", name="Eins")
    epg("providers", "add", "de", f"{site.url}/de.xml")
    status, out, err = epg("import")
    assert (status, err) == (0, "")
    size = len(site.pages["/uk.xml"])
    assert out.splitlines()[0] == f"uk: success, 2 new; 1 new channel; {size} B"
    assert out.splitlines()[1].startswith("de: success, 1 new")
    assert rows("SELECT title FROM guide ORDER BY title") == [("Film",), ("News",), ("Opera",)]


def test_import_again_has_nothing_to_do(epg: Epg, uk: None) -> None:
    epg("import")
    status, out, _ = epg("import", "uk")
    assert (status, out.startswith("uk: success, 2 unchanged")) == (0, True)


def test_import_prints_only_json_on_standard_output(epg: Epg, uk: None) -> None:
    status, out, err = epg("import", "--json")
    (row,) = json.loads(out)
    assert (status, err) == (0, "")
    assert (row["provider"], row["status"], row["programs_imported"], row["trigger"]) == (
        "uk",
        "success",
        2,
        "cli",
    )


def test_one_failure_does_not_stop_the_others(epg: Epg, site: Site, uk: None) -> None:
    epg("providers", "add", "bad", f"{site.url}/none.xml", "--priority", 1)
    status, out, err = epg("import", "--json")
    assert status == 1
    assert [(row["provider"], row["status"]) for row in json.loads(out)] == [
        ("bad", "failed"),
        ("uk", "success"),
    ]
    assert err.startswith("Error: bad: ") and "404" in err and err.count("\n") == 1


def test_named_providers_only_and_each_once(epg: Epg, site: Site, uk: None) -> None:
    epg("providers", "add", "bad", f"{site.url}/none.xml")
    status, out, _ = epg("import", "uk", "1", "--json")
    assert (status, len(json.loads(out))) == (0, 1)


def test_an_unknown_name_stops_before_anything_is_imported(epg: Epg, uk: None) -> None:
    assert epg("import", "uk", "zz")[0] == 2
    assert rows("SELECT count(*) FROM import_log") == [(0,)]


def test_a_file_makes_its_provider(epg: Epg) -> None:
    Path("guide.xml").write_bytes(feed("Opera"))
    status, out, err = epg("import", "--file", "guide.xml", "--provider", "mine")
    assert (status, err) == (0, "added the provider mine\n")
    assert out.startswith("mine: success, 1 new")
    assert epg("import", "--file", "guide.xml", "--provider", "mine")[2] == ""


def test_a_feed_from_standard_input(epg: Epg, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with standard_input(monkeypatch, feed("Opera")):
        status, out, _ = epg("import", "--file", "-", "--provider", "mine")
    assert (status, out.startswith("mine: success, 1 new")) == (0, True)
    assert list(temporary.iterdir()) == []


def test_providers_without_url_are_left_out_and_named(epg: Epg, uk: None) -> None:
    Path("guide.xml").write_bytes(feed("Opera"))
    epg("import", "--file", "guide.xml", "--provider", "mine")
    status, out, err = epg("import", "--json")
    assert (status, [row["provider"] for row in json.loads(out)]) == (0, ["uk"])
    assert err.startswith(
        "skipped: mine has no URL; give it one with: epg-ingest providers update mine --url URL"
    )


def test_naming_a_provider_without_url_is_an_error(epg: Epg) -> None:
    Path("guide.xml").write_bytes(feed("Opera"))
    epg("import", "--file", "guide.xml", "--provider", "mine")
    status, _, err = epg("import", "mine")
    assert (status, err.startswith("Error: mine has no URL")) == (2, True)
    assert epg("import")[2].endswith(
        "Error: no provider has a URL; give one with: epg-ingest providers update NAME --url URL\n"
    )


def test_all_disabled_is_an_error_but_a_named_one_is_imported(epg: Epg, uk: None) -> None:
    epg("providers", "disable", "uk")
    assert epg("import") == error(
        "all providers are disabled; enable one with: epg-ingest providers enable NAME"
    )
    assert epg("import", "uk")[0] == 0
    assert rows("SELECT count(*) FROM guide") == [(0,)]


def test_lost_secrets_are_named(epg: Epg, uk: None) -> None:
    Path("epg.secrets").unlink()
    status, _, err = epg("import")
    assert status == 1
    assert "no URL" in err and "--url URL" in err and err.count("\n") == 1


def test_a_second_import_does_not_wait_if_told_so(epg: Epg, uk: None) -> None:
    with import_lock(Path("epg.db"), wait=False):
        status, _, err = epg("import", "--no-wait")
    assert status == 1
    assert "another import" in err and err.count("\n") == 1


def test_a_second_import_waits_and_says_so(epg: Epg, uk: None) -> None:
    with import_lock(Path("epg.db"), wait=False):
        waiting = process("import")
        assert b"another import is running; waiting" in waiting.stderr.readline()
    out, _ = waiting.communicate(timeout=60)
    assert (waiting.returncode, out.startswith(b"uk: success")) == (0, True)


def test_an_import_that_was_killed_is_named_by_the_next(epg: Epg, uk: None) -> None:
    conn = sqlite3.connect("epg.db")
    conn.execute(
        "INSERT INTO import_log (provider_id, started_at, status, trigger) VALUES (1, '2025-01-01T00:00:00Z', 'running', 'cli')"
    )
    conn.commit()
    conn.close()
    status, _, err = epg("import")
    assert (status, err) == (0, "1 import before this one did not finish; the guide is as it was before\n")


def test_quiet_prints_failures_only(epg: Epg, site: Site, uk: None) -> None:
    epg("providers", "add", "bad", f"{site.url}/none.xml")
    status, out, err = epg("-q", "import")
    assert (status, out, err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGINT, 130, b"interrupted"), (signal.SIGTERM, 143, b"")]
)
def test_signals_end_an_import_in_one_line_and_leave_nothing(
    epg: Epg, site: Site, tmp_path: Path, number: signal.Signals, status: int, said: bytes
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    epg("providers", "add", "slow", f"{site.url}/slow.xml")
    running = process("import", TMPDIR=str(temporary))
    try:
        wait_for(lambda: rows("SELECT 1 FROM import_log") and any(temporary.rglob("*")))
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, out) == (status, b"")
    assert said in err and b"Traceback" not in err
    assert list(temporary.iterdir()) == []


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


def test_the_bar_is_shown_on_a_terminal_only(epg: Epg, uk: None) -> None:
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    running = process("import", stderr=child, TERM="xterm")
    out, _ = running.communicate(timeout=60)
    os.close(child)
    shown = b""
    while chunk := read(parent):
        shown += chunk
    os.close(parent)
    assert b"uk: " in shown and b"2 programmes" in shown
    assert out.startswith(b"uk: success, 2 new")


def read(handle: int) -> bytes:
    """What is there; Linux ends a terminal that nobody holds any more with EIO."""
    try:
        return os.read(handle, 65536)
    except OSError:
        return b""


# --- channels, status, cleanup, export, check ---


@pytest.fixture
def guide(epg: Epg, uk: None) -> None:
    assert epg("import")[0] == 0


def test_channels_are_listed_edited_and_mapped(epg: Epg, guide: None) -> None:
    (channel,) = json.loads(epg("channels", "list", "--json")[1])
    assert (channel["name"], channel["display_name"], channel["sources"]) == (
        "one.uk",
        "Channel One",
        ["uk:one.uk"],
    )
    assert epg("channels", "update", "one.uk", "--number", "101", "--display-name", "One")[:2] == (
        0,
        "updated one.uk\n",
    )
    assert "101" in epg("channels", "list")[1]
    status, out, err = epg("channels", "map", "uk", "one.uk", "first", "--create")
    assert (status, out) == (0, "mapped one.uk of uk to first: 2 programmes moved\n")
    assert err == "nobody feeds the channel one.uk any more: deleted\n"
    assert rows("SELECT DISTINCT channel FROM guide") == [("first",)]


def test_a_channel_is_shifted(epg: Epg, guide: None) -> None:
    before = rows("SELECT id, start_time FROM guide ORDER BY id")
    assert epg("channels", "map", "uk", "one.uk", "one.uk", "--shift", "60")[0] == 0
    moved = rows(
        "SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', start_time, '-60 minutes') FROM guide ORDER BY id"
    )
    assert moved == before and rows("SELECT shift_minutes FROM channel_mappings") == [(60,)]
    assert epg("channels", "map", "uk", "one.uk", "one.uk", "--shift", "90000")[0] == 2
    assert epg("channels", "update", "one.uk", "--unpin", "number", "--number", "5")[0] == 2
    assert epg("channels", "update", "one.uk", "--unpin", "number")[0] == 0


def test_a_mapping_outlives_imports(epg: Epg, site: Site, guide: None) -> None:
    epg("channels", "map", "uk", "one.uk", "first", "--create")
    site.pages["/uk.xml"] = feed("Opera", "News", "Film")
    assert epg("import")[0] == 0
    assert rows("SELECT channel, title FROM guide ORDER BY start_time") == [
        ("first", "Opera"),
        ("first", "News"),
        ("first", "Film"),
    ]


def test_ignoring_and_unmapping(epg: Epg, guide: None) -> None:
    found = json.loads(epg("channels", "ignore", "uk", "one.uk", "--json")[1])
    assert (found["removed"], found["dropped_channel"]) == (2, "one.uk")
    assert epg("import")[0] in (0, 1)
    assert rows("SELECT count(*) FROM guide") == [(0,)]
    assert epg("channels", "unmap", "uk", "one.uk")[0] == 0
    assert epg("import")[0] == 0
    assert rows("SELECT count(*) FROM guide") == [(2,)]


def test_candidates_are_listed_and_merged(epg: Epg, site: Site, guide: None) -> None:
    site.pages["/b.xml"] = feed("Quiz", channel="c1", name="Chanel One")
    epg("providers", "add", "b", f"{site.url}/b.xml", "--priority", 200)
    epg("import", "b")
    status, out, err = epg("channels", "candidates")
    assert status == 0
    assert "one.uk" in out and "Chanel One" in out
    assert "accept one with: epg-ingest channels map" in err
    advice = shlex.split(epg("--db", "epg.db", "channels", "candidates")[2].partition("accept one with: ")[2])
    assert advice == ["epg-ingest", "--db", "epg.db", "channels", "map", "b", "c1", "one.uk"]
    assert epg(*advice[1:])[0] == 0 and epg("undo")[0] == 0, "it works as it is printed"
    assert epg("channels", "merge", "c1", "one.uk", "--yes")[:2] == (
        0,
        "merged c1 into one.uk: 1 programme moved\n",
    )
    assert rows("SELECT title FROM guide ORDER BY start_time") == [("Opera",), ("News",)]
    assert json.loads(epg("channels", "candidates", "--json")[1]) == []


def test_status_is_one_screen(epg: Epg, site: Site, guide: None) -> None:
    epg("providers", "add", "bad", f"{site.url}/none.xml")
    epg("import", "bad")
    status, out, err = epg("status")
    assert (status, err) == (0, "")
    assert "programmes  2 shown, 0 hidden" in out
    assert "failed: " in out and "404" in out and "success: 2 new" in out
    found = json.loads(epg("status", "--json")[1])
    assert found["programmes"] == {"total": 2, "shown": 2, "hidden": 0}
    uk, bad = found["providers"]
    assert (uk["name"], uk["channels"], 0 < uk["hours_ahead"] <= 2) == ("uk", 1, True)
    assert (bad["last_good_at"], bad["last_import"]["status"], bad["hours_ahead"]) == (None, "failed", 0.0)


def test_status_counts_what_disabled_and_hidden_take_away(epg: Epg, guide: None) -> None:
    epg("channels", "update", "one.uk", "--hidden")
    assert json.loads(epg("status", "--json")[1])["programmes"] == {"total": 2, "shown": 0, "hidden": 2}


def test_cleanup_counts(epg: Epg, guide: None, monkeypatch: pytest.MonkeyPatch) -> None:
    conn = sqlite3.connect("epg.db")
    conn.execute(
        "UPDATE airings SET start_time = '2020-01-01T00:00:00Z', end_time = '2020-01-01T01:00:00Z'"
        " WHERE id = (SELECT id FROM programs WHERE title = 'News')"
    )
    conn.commit()
    conn.close()
    status, out, _ = epg("cleanup")
    assert (status, out.startswith("deleted 1 programme, 0 log rows, 0 changes")) == (0, True)
    assert json.loads(epg("cleanup", "--json")[1])["programs"] == 0


def test_export_to_standard_output_and_to_a_file(epg: Epg, guide: None) -> None:
    status, out, err = epg("export", "xmltv")
    assert (status, err) == (0, "")
    assert "<title>Opera</title>" in out and out.rstrip().endswith("</tv>")
    assert epg("export", "xmltv", "--output", "out.xml") == (0, "", "2 programmes in out.xml\n")
    assert Path("out.xml").read_text() == out
    assert sorted(path.name for path in Path().iterdir() if "out.xml" in path.name) == ["out.xml"]


def test_an_export_with_the_logos_of_a_site(epg: Epg, guide: None) -> None:
    epg("channels", "update", "one.uk", "--icon-url", "http://192.168.1.1/one.png")
    for site in ("https://tv.example", "https://tv.example/"):
        out = epg("export", "xmltv", "--logos-from", site)[1]
        assert re.findall('<icon src="(.*)"/>', out) == ["https://tv.example/logo/1"]
    for wrong in (
        "tv.example",
        "ftp://tv.example",
        "https://me:pw@tv.example",
        "https://tv.example/?a",
        "https://",
    ):
        status, _, err = epg("export", "xmltv", "--logos-from", wrong)
        assert (status, "the address of the site" in err) == (2, True)
    assert "leave out" in epg("export", "xmltv", "--round-trip", "--logos-from", "https://tv.example")[2]


@pytest.mark.parametrize("wrong", ["x y", "en,de", "", "en-", "-", "e\u00f1"])
def test_an_export_in_a_language_that_is_none(epg: Epg, guide: None, wrong: str) -> None:
    status, out, err = epg("export", "xmltv", "--lang", wrong)
    assert (status, out) == (2, "")
    assert err == "Error: --lang must be a language code, such as en or pt-BR\n"


def test_export_csv_of_a_span(epg: Epg, guide: None) -> None:
    lines = epg("export", "csv", "--start", "+61m", "--channel", "one.uk", "--provider", "uk")[1].splitlines()
    assert (len(lines), "News" in lines[1]) == (2, True)
    assert len(epg("export", "csv", "--days", "1")[1].splitlines()) == 3


def test_an_export_that_cannot_be_written_is_one_line(epg: Epg, guide: None) -> None:
    status, out, err = epg("export", "xmltv", "--output", "none/out.xml")
    assert (status, out) == (2, "")
    assert err == "Error: cannot write none/out.xml: the folder none does not exist; create it first\n"


def test_a_reader_that_goes_away_is_no_error(epg: Epg, site: Site, uk: None) -> None:
    site.pages["/uk.xml"] = feed(*[f"Programme {i} {'x' * 3000}" for i in range(100)])
    epg("import")
    running = process("export", "xmltv")
    running.stdout.read(10)
    running.stdout.close()
    err = running.stderr.read()
    running.wait(timeout=30)
    assert err == b""


@pytest.mark.parametrize("source", ["file", "url"])
def test_check_reports_and_imports_nothing(epg: Epg, site: Site, source: str) -> None:
    site.pages["/uk.xml"] = feed("Opera", "News").replace(b"<title>News</title>", b"<title/>")
    Path("uk.xml").write_bytes(site.pages["/uk.xml"])
    status, out, _ = epg("check", "uk.xml" if source == "file" else f"{site.url}/uk.xml", "--json")
    report = json.loads(out)
    assert (status, report["ok"], report["channels"], report["programmes"]) == (0, True, 1, 1)
    assert "emptytitle" in {problem["code"] for problem in report["problems"]}
    assert "emptytitle" in epg("check", "uk.xml")[1]
    assert not Path("epg.db").exists()


def test_check_of_a_web_page_leaves_with_1(epg: Epg) -> None:
    Path("page.html").write_text("<!doctype html><html><body>Sign in</body></html>")
    assert epg("check", "page.html")[0] == 1


# --- backup ---


def test_a_backup_is_whole_and_holds_no_secrets(epg: Epg, site: Site, guide: None) -> None:
    status, out, _ = epg("backup", "epg.backup")
    assert (status, "holds no secrets" in out) == (0, True)
    assert rows("SELECT title FROM guide ORDER BY title", "epg.backup") == [("News",), ("Opera",)]
    assert rows("PRAGMA journal_mode", "epg.backup") == [("delete",)]
    assert not any(name.name.startswith(".epg.backup") for name in Path().iterdir())


def test_a_backup_is_not_overwritten_unasked(epg: Epg, guide: None) -> None:
    Path("epg.backup").write_text("precious")
    status, _, err = epg("backup", "epg.backup")
    assert (status, "add --overwrite if it is a backup of a guide" in err) == (2, True)
    assert epg("backup", "epg.backup", "--overwrite")[0] == 2
    assert Path("epg.backup").read_text() == "precious"
    Path("epg.backup").write_text("")
    assert epg("backup", "epg.backup", "--overwrite")[0] == 0
    assert rows("SELECT count(*) FROM guide", "epg.backup") == [(2,)]


def test_a_backup_in_another_folder_may_be_called_db(epg: Epg, guide: None) -> None:
    Path("safe").mkdir()
    assert epg("backup", "safe/epg.db")[0] == 0


def test_a_backup_is_not_put_where_datasette_serves(epg: Epg, guide: None) -> None:
    Path("site").mkdir()
    Path("site/metadata.yaml").touch()
    status, _, err = epg("backup", "site/copy.db")
    assert (status, "name it copy.backup or put it in another folder" in err) == (2, True)


def test_a_backup_while_something_is_written(epg: Epg, guide: None) -> None:
    writer = sqlite3.connect("epg.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM airings")
    try:
        assert epg("backup", "epg.backup")[0] == 0
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert rows("SELECT count(*) FROM programs", "epg.backup") == [(2,)]


def test_a_damaged_database_gives_no_backup(epg: Epg) -> None:
    Path("epg.db").write_bytes(b"this is no database, and long enough to be told from one" * 100)
    status, _, err = epg("backup", "epg.backup")
    assert (status, err.count("\n"), Path("epg.backup").exists()) == (1, 1, False)


# --- secrets, logs, start-up ---


def test_secrets_are_nowhere_but_in_the_secrets_file(epg: Epg, site: Site, tmp_path: Path) -> None:
    host = site.url.removeprefix("http://")
    secret = f"http://user:CANARY1@{host}/CANARY2/x?token=CANARY3"
    closed = "http://user:CANARY1@127.0.0.1:1/CANARY2/x?token=CANARY3"
    commands = [
        ["providers", "add", "uk", secret, "--header", "Authorization: Bearer CANARY4"],
        ["providers", "add", "uk", secret],
        ["providers", "list"],
        ["providers", "list", "--json"],
        ["providers", "show", "uk"],
        ["providers", "show", "uk", "--json"],
        ["providers", "show", secret],
        ["-vv", "import"],
        ["-vv", "--log-format", "json", "import", "--json"],
        ["providers", "update", "uk", "--url", closed],
        ["-vv", "import"],
        ["-vv", "import", secret],
        ["check", secret],
        ["check", closed],
        ["config"],
        ["--db", secret, "status"],
        ["--db", secret, "init"],
        ["--config", secret, "status"],
        ["backup", secret],
        ["export", "csv", "--output", secret],
        ["status"],
        ["status", "--json"],
        ["channels", "map", secret, secret, secret],
        ["channels", "map", "uk", secret, secret],
        ["export", "csv", "--provider", secret],
        ["export", "csv", "--start", secret],
        ["import", "--file", secret, "--provider", "uk"],
        ["providers", "update", "uk", "--name", secret],
        ["backup", "epg.backup"],
    ]
    said = ""
    keeper = sqlite3.connect("epg.db")  # an open reader keeps the WAL from being folded in and removed
    for command in commands:
        _, out, err = epg(*command)
        said += out + err
        keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert "CANARY" not in said
    assert "Traceback" not in said
    assert Path("epg.db-wal").exists()
    holding = [path.name for path in tmp_path.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]
    keeper.close()
    assert holding == ["epg.secrets"]
    assert stat.S_IMODE(os.stat("epg.secrets").st_mode) == 0o600
    assert rows("SELECT count(*) FROM import_log WHERE status = 'failed'") == [(3,)]


def test_secrets_are_shown_when_asked_for(epg: Epg) -> None:
    epg("providers", "add", "uk", "http://u:CANARY1@127.0.0.1:9/", "--header", "X-Key: CANARY4")
    out = epg("providers", "show", "uk", "--reveal")[1]
    assert "CANARY1" in out and "CANARY4" in out


def test_a_public_url_is_public(epg: Epg) -> None:
    epg("providers", "add", "uk", "http://127.0.0.1:9/guide.xml", "--public-url")
    assert rows("SELECT xmltv_url FROM providers") == [("http://127.0.0.1:9/guide.xml",)]


def test_log_lines_are_json_when_asked_for(epg: Epg) -> None:
    epg("init")
    os.chmod("epg.secrets", 0o644)
    err = epg("--log-format", "json", "providers", "add", "uk", "http://127.0.0.1:9/")[2]
    row = json.loads(err)
    assert (row["level"], row["logger"]) == ("warning", "epg_ingest.storage.vault")
    assert row["message"] == "epg.secrets could be read by other users; its mode is now 0600"


def test_help_imports_nothing_heavy() -> None:
    heavy = (
        "sqlite_utils",
        "lxml",
        "requests",
        "urllib3",
        "yaml",
        "tqdm",
        "datasette",
        "rapidfuzz",
        "sqlite3",
        "filelock",
    )
    code = (
        "import sys; from epg_ingest.cli.main import run; status = run(['--help']);"
        f"print([name for name in {heavy!r} if name in sys.modules], status, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == "[] 0\n"
    assert "providers" in done.stdout


def test_undo(epg: Epg, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(feed("News"))
    epg("import", "--file", "a.xml", "--provider", "a")
    assert epg("undo") == error("there is no change to undo")
    epg("channels", "update", "one.uk", "--number", "7")
    epg("providers", "update", "a", "--priority", "3")
    epg("channels", "ignore", "a", "one.uk")
    status, out, err = epg("undo")
    assert (status, "mapping.ignore of mapping a: one.uk" in out, "epg-ingest import" in err) == (
        0,
        True,
        True,
    )
    assert rows("SELECT channel_id IS NULL, method FROM channel_mappings") == [(0, "new")]
    status, out, err = epg("undo")
    assert (status, "provider.update of provider a" in out, err) == (0, True, "")
    assert epg("undo")[0] == 0
    assert rows("SELECT c.number, v.priority FROM channels c, providers v") == [(None, 100)]
    assert epg("undo") == error("there is no change to undo")


@pytest.mark.parametrize(
    "command", [["import", "--help"], ["channels", "map", "--help"], ["export", "xmltv", "--help"]]
)
def test_help_of_commands_imports_nothing_heavy(command: list[str]) -> None:
    code = (
        f"import sys; from epg_ingest.cli.main import run; status = run({command!r});"
        "print([n for n in ('sqlite_utils', 'lxml', 'requests', 'yaml', 'tqdm') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == "[]\n"

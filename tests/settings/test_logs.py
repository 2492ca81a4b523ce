"""Log lines: both styles, what is masked, what a service shows, and the request log."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.cli.main import run
from epg_ingest.serve.access_log import AccessLog, Receive, Scope, Send, shown_path
from epg_ingest.settings.logs import JsonFormatter, TextFormatter, hide, import_counts, set_up

from tests.helpers.datasette_helpers import make_guide
from tests.helpers.paths import ROOT
from tests.helpers.serve_process import TOKEN, served
from tests.helpers.support import HOUR, Guide, feed, show

pytestmark = pytest.mark.slow

SECRET = "s3cret-pass"
NOW = int(time.time())


def record(message: str, **extra: object) -> logging.LogRecord:
    values = {"name": "epg_ingest.x", "levelname": "INFO", "msg": message, "created": 0.0, **extra}
    return logging.makeLogRecord(values)


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    yield
    set_up("warning", "text")


def test_a_text_line() -> None:
    assert TextFormatter().format(record("hello")) == "1970-01-01T00:00:00Z INFO epg_ingest.x: hello"


def test_a_json_line_has_what_was_given_as_extra() -> None:
    line = JsonFormatter().format(record("two\nlines", provider="uk", new=3, error=None, seconds=0.5))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00Z", "level": "info", "logger": "epg_ingest.x", "message": "two\nlines",
        "provider": "uk", "new": 3, "error": None, "seconds": 0.5,
    }  # fmt: skip


def test_no_line_holds_an_address_or_what_was_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    hide([SECRET])
    try:
        raise ValueError(f"{SECRET} in http://user:{SECRET}@feeds.example/x")
    except ValueError:
        logging.getLogger("epg_ingest.x").exception(
            "failed: %s", SECRET, extra={"address": f"http://a:{SECRET}@b.example/c"}
        )
    said = capsys.readouterr().err
    assert SECRET not in said
    row = json.loads(said)
    assert (row["address"], "ValueError" in row["traceback"]) == ("http://b.example/…", True)


def test_counts_of_an_import(tmp_path: Path) -> None:
    guide = Guide(tmp_path)
    row = guide.load("uk", feed([show("one", NOW, NOW + HOUR, "News")]))
    guide.close()
    counts = import_counts(row)
    assert {**counts, "seconds": 0, "downloaded": 0} == {
        "provider": "uk", "status": "success", "new": 1, "updated": 0, "removed": 0, "unchanged": 0, "problems": 1,
        "downloaded": 0, "seconds": 0, "error": None,
    }  # fmt: skip


def test_an_import_is_logged_with_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "uk.xml").write_bytes(feed([show("one", NOW, NOW + HOUR, "News")], [("one", "One")]))
    status = run(["-v", "--log-format", "json", "import", "--file", "uk.xml", "--provider", "uk"])
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in err.splitlines()]
    assert (status, out) == (
        0,
        "uk: success, 1 new; 1 new channel; 342 B\n".replace("342 B", out.rpartition("; ")[2].strip()),
    )
    assert [row["message"] for row in rows] == ["added the provider uk", out.strip()]
    assert (rows[1]["provider"], rows[1]["new"], rows[1]["problems"], rows[1]["level"]) == (
        "uk",
        1,
        0,
        "info",
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["providers", "show", "none"], 2), (["nonsense"], 2), (["import"], 2), (["config", "x"], 2)],
)
def test_errors_are_objects_too_where_lines_are_json(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "epg.db").touch()
    assert run(["--log-format", "json", *arguments]) == status
    (line,) = capsys.readouterr().err.splitlines()
    row = json.loads(line)
    assert (row["level"], row["message"].startswith("Error: ")) == ("error", True)


def test_an_error_that_nobody_expected_is_one_object() -> None:
    code = "from epg_ingest.settings.logs import set_up; set_up('error', 'json'); 1 / 0"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, "ZeroDivisionError" in json.loads(line)["traceback"]) == (1, True)


def test_in_a_service_everything_on_standard_error_is_an_object() -> None:
    code = """
import logging, sys, threading, traceback, warnings
from epg_ingest.settings.logs import set_up_service, spoken
set_up_service("info", "json")
logging.getLogger("uvicorn.error").info("Started", extra={"color_message": "no"})
logging.getLogger("uvicorn.error").debug("not shown")
logging.getLogger("apscheduler.scheduler").info("not shown")
logging.getLogger("httpx").info("not shown")
logging.getLogger("somebody").warning("else")
warnings.warn("take care")
print("printed", "in parts", file=sys.stderr)
print(spoken("a message"), file=sys.stderr)
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    said = [(row["logger"], row["message"]) for row in rows]
    assert ("uvicorn.error", "Started") in said
    assert ("somebody", "else") in said
    assert ("stderr", "printed in parts") in said
    assert ("epg_ingest.cli.main", "a message") in said
    assert sum("ZeroDivisionError" in message for _, message in said) == 2
    assert any(logger == "py.warnings" for logger, _ in said)
    assert "not shown" not in done.stderr and "color" not in done.stderr


@pytest.mark.parametrize(
    ("level", "shown"),
    [("debug", "debug info warning error"), ("warning", "info warning error"), ("error", "error")],
)
def test_a_service_says_what_it_does_unless_only_errors_are_wanted(
    level: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(level, "json")
    for name in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("epg_ingest.scheduler.scheduler"), name)(name)
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == shown.split()


# --- requests ---


async def answer(
    style: str, path: bytes, *, fail: bool = False, method: str = "GET", query: bytes = b""
) -> bytes:
    """The line that one request makes."""
    reader, writer = os.pipe()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if fail:
            raise ValueError("broken")
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})
        await asyncio.sleep(0.02)
        await send({"type": "http.response.body", "body": b"67"})

    async def nothing(*_: object) -> dict[str, Any]:
        return {}

    scope = {
        "type": "http",
        "method": method,
        "path": "/x",
        "raw_path": path,
        "query_string": query,
        "headers": [],
    }
    try:
        logged = AccessLog(style, lambda path: "/route", writer).around(app)
        if fail:
            with pytest.raises(ValueError, match="broken"):
                await logged(scope, nothing, nothing)
        else:
            await logged(scope, nothing, nothing)
    finally:
        os.close(writer)
    with open(reader, "rb") as file:
        return file.read()


async def test_a_request_as_json() -> None:
    row = json.loads(await answer("json", b"/api/v1/now", query=b"token=secret"))
    assert 20 <= row.pop("duration_ms") < 5000
    assert (
        abs(time.time() - time.mktime(time.strptime(row.pop("time"), "%Y-%m-%dT%H:%M:%SZ")) + time.timezone)
        < 60
    )
    assert row == {
        "level": "info", "logger": "epg_ingest.access", "message": "GET /api/v1/now 201", "method": "GET",
        "path": "/api/v1/now", "route": "/route", "status": 201, "bytes": 7, "pid": os.getpid(),
    }  # fmt: skip


async def test_a_request_as_text() -> None:
    words = (await answer("text", b"/api/v1/now", method="HEAD")).decode().split()
    assert words[1:6] == ["INFO", "epg_ingest.access:", "HEAD", "/api/v1/now", "201"]
    assert words[7:] == ["ms", "7", "bytes"]


async def test_a_request_that_breaks_is_500() -> None:
    assert json.loads(await answer("json", b"/x", fail=True))["status"] == 500


@pytest.mark.parametrize("style", ["json", "text"])
async def test_nobody_who_reads_the_log_is_no_reason_to_fail(style: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        log = AccessLog(style, lambda path: path, writer)
        log.write({"method": "GET", "path": "/", "raw_path": b"/"}, 200, 0, 0.0)
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"/api/v1/now", "/api/v1/now"),
        (b"/api?token=secret", "/api"),
        (b"/a%20b", "/a%20b"),
        (b"/a\nFAKE LINE", "/a\\nFAKE LINE"),
        (b"/\xc3\xa9\x1b[31m", "/\\xc3\\xa9\\x1b[31m"),
        (b"/http://user:s3cret-pass@feeds.example/x", "/http://feeds.example/\\u2026"),
        (b"/http:/user:s3cret-pass@feeds.example/x", "/http://feeds.example/\\u2026"),
        (b"/http%3A%2F%2Fuser%3As3cret-pass%40feeds.example", "/http://feeds.example/\\u2026"),
        (b"/http%3a//feeds.example%2Fs3cret-pass%0Anext", "/http://feeds.example/\\u2026\\nnext"),
        (b"/" + b"x" * 5000, "/" + "x" * 299),
    ],
)
def test_the_path_that_is_shown(sent: bytes, shown: str) -> None:
    assert shown_path({"path": "/decoded", "raw_path": sent}) == shown
    assert SECRET not in shown_path({"path": "/decoded", "raw_path": sent})


def test_a_server_without_raw_paths() -> None:
    assert shown_path({"path": "/ü"}) == "/\\xc3\\xbc"


def test_the_request_log_costs_little(tmp_path: Path) -> None:
    """Ten times what it takes on a quiet machine would still be half of a quick answer."""
    with (tmp_path / "log").open("wb") as file:
        log = AccessLog("json", lambda path: "/api/v1/now", file.fileno())
        scope = {"method": "GET", "path": "/api/v1/now", "raw_path": b"/api/v1/now"}
        rounds = []
        for _ in range(5):
            begun = time.process_time()
            for _ in range(1000):
                log.write(scope, 200, 5000, 0.001)
            rounds.append((time.process_time() - begun) / 1000)
    assert min(rounds) < 50e-6


def test_requests_of_a_service_are_logged_and_hold_no_secret(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    with served(tmp_path, EPG_LOGGING_LEVEL="info") as web:
        web.ask("/api/v1/channels/1?provider=needle")
        web.ask("/-/auth-token?token=needle")
        web.ask("/nothing/here")
        body = {"name": "uk", "xmltv_url": f"http://u:{SECRET}@127.0.0.1:9/{SECRET}.xml"}
        web.ask(
            "/api/v1/providers",
            "POST",
            body,
            authorization=f"Bearer {TOKEN}",
            content_type="application/json",
        )
        assert web.stop() == 0
    rows = [line for line in web.lines() if line["logger"] == "epg_ingest.access"]
    assert [(row["method"], row["path"], row["route"], row["status"]) for row in rows] == [
        ("GET", "/api/v1/channels/1", "/api/v1/channels/{id}", 400),
        ("GET", "/-/auth-token", "/-/*", 403),
        ("GET", "/nothing/here", "other", 404),
        ("POST", "/api/v1/providers", "/api/v1/providers", 201),
    ]
    assert all(row["duration_ms"] > 0 and row["bytes"] > 0 for row in rows)
    for secret in (SECRET, TOKEN, "needle", (tmp_path / "epg.session").read_text().strip()):
        assert secret not in web.output.read_text()


@pytest.mark.parametrize("environ", [{}, {"EPG_LOGGING_LEVEL": "info", "EPG_SERVER_ACCESS_LOG": "off"}])
def test_requests_are_logged_only_where_they_are_asked_for(tmp_path: Path, environ: dict[str, Any]) -> None:
    with served(tmp_path, **environ) as web:
        assert web.ask("/api/v1/channels")[0] == 200
    assert not [line for line in web.lines() if line["logger"] == "epg_ingest.access"]

"""`epg-ingest serve` as a process: how it starts, what it serves, what it survives and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from epg_ingest.core.errors import UsageError
from epg_ingest.guide.providers import add_provider
from epg_ingest.serve import asgi, serve
from epg_ingest.settings.environment import settings_as_variables
from epg_ingest.settings.settings import load
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Vault, vault_path

from tests.helpers.datasette_helpers import copy_bundle, make_guide
from tests.helpers.feedserver import FeedServer, unused_port
from tests.helpers.paths import ROOT
from tests.helpers.serve_process import TOKEN, Served, refused, served
from tests.helpers.support import HOUR, feed, show

pytestmark = pytest.mark.slow
NOW = int(time.time())


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- what it serves ---


def test_it_makes_a_guide_and_serves_it_with_the_bundle(tmp_path: Path) -> None:
    with served(tmp_path) as web:
        assert (tmp_path / "epg.db").is_file()
        status, headers, body = web.ask("/api/v1/channels")
        assert (status, body, headers["x-epg-generation"]) == (200, b"[]", "0")
        assert web.ask("/static/css/base.css")[0] == 200
        assert web.ask("/epg/guide.json")[0] == 200
        assert web.stop() == 0
    assert web.messages()[-1] == "stopped"


def test_a_checkout_is_served_with_its_own_metadata(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    folder = copy_bundle(tmp_path / "bundle")
    metadata = (folder / "metadata.yaml").read_text().replace("title: TV guide", "title: My guide", 1)
    (folder / "metadata.yaml").write_text(metadata)
    with served(folder) as web:
        assert b'"title": "My guide"' in web.ask("/-/metadata.json")[2]


def test_settings_beside_the_database_count_without_metadata(tmp_path: Path) -> None:
    """Also a value that is Datasette's own default but not that of the bundle, such as `suggest_facets`."""
    make_guide(tmp_path / "epg.db").close()
    (tmp_path / "settings.json").write_text('{"base_url": "/tv/", "suggest_facets": true}')
    with served(tmp_path) as web:
        settings = json.loads(web.ask("/tv/-/settings.json")[2])
        bundle = json.loads((ROOT / "settings.json").read_text())
        assert settings == settings | bundle | {"base_url": "/tv/", "suggest_facets": True}
        sheet = re.search(rb'href="(/tv/static/[0-9a-f]+/site\.css)"', web.ask("/tv/guide/use")[2])
        assert sheet and web.ask(sheet[1].decode())[0] == 200
        assert b'"title": "TV guide"' in web.ask("/tv/-/metadata.json")[2]


def test_a_mistake_in_the_settings_is_said(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    for text, message in (("{", "settings.json"), ("[]", "settings.json"), ('{"base": "/tv/"}', "base")):
        (tmp_path / "settings.json").write_text(text)
        status, said = refused(tmp_path)
        assert status == 1 and said.count("\n") == 1 and message in said, said


def test_a_database_of_any_name_is_served_as_epg(tmp_path: Path) -> None:
    make_guide(tmp_path / "uk.sqlite").close()
    with served(tmp_path, EPG_DATABASE_PATH="uk.sqlite") as web:
        assert b'"one.example"' in web.ask("/api/v1/channels")[2]
        assert web.ask("/epg/channels.json")[0] == 200


def test_it_serves_what_datasette_serves(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    ours, theirs = asgi.build(tmp_path / "epg.db"), Datasette([str(tmp_path / "epg.db")])
    assert list(ours.databases) == list(theirs.databases)
    (tmp_path / "copy").mkdir()
    copy = copy_bundle(tmp_path / "copy")
    make_guide(copy / "epg.db").close()
    ours, theirs = asgi.build(copy / "epg.db"), Datasette(config_dir=copy)
    assert list(ours.databases) == list(theirs.databases)
    assert (ours.config_dir, ours.template_dir, ours._settings, ours.static_mounts) == (
        theirs.config_dir, theirs.template_dir, theirs._settings, theirs.static_mounts,
    )  # fmt: skip


def test_writes_take_the_token(tmp_path: Path) -> None:
    with served(tmp_path) as web:
        body = {"name": "uk"}
        assert web.ask("/api/v1/providers", "POST", body, content_type="application/json")[0] == 401
        bearer = {"authorization": f"Bearer {TOKEN}", "content_type": "application/json"}
        assert web.ask("/api/v1/providers", "POST", body, **bearer)[0] == 201


# --- what keeps it from starting ---


@pytest.mark.parametrize(
    ("environ", "status", "message"),
    [
        ({"EPG_API_TOKEN": "short"}, 1, "EPG_API_TOKEN is shorter than 16 characters"),
        ({"EPG_SERVER_HOST": "203.0.113.1"}, 2, "cannot listen on 203.0.113.1 port"),
        ({"EPG_SERVER_HOST": "no such host"}, 2, "server.host must be an address or host name"),
        ({"EPG_SERVER_WORKERS": "0"}, 2, "EPG_SERVER_WORKERS: server.workers must be a whole number from 1"),
        ({"EPG_ROLE": "replica"}, 1, "there is no epg.db yet; fetch it from the primary first"),
        ({"EPG_DATABASE_PATH": "no/epg.db"}, 1, "the folder no does not exist"),
    ],
)
def test_a_start_that_fails_is_one_line(
    tmp_path: Path, environ: dict[str, Any], status: int, message: str
) -> None:
    found, said = refused(tmp_path, **environ)
    assert (found, said.count("\n")) == (status, 1), said
    assert message in said


def test_two_workers_that_refuse_are_one_line(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    (tmp_path / "metadata.yaml").write_text("title: mine\n")
    make_guide(tmp_path / "backup.db").close()
    found, said = refused(tmp_path, "--workers", "2")
    assert (found, said.count("\n")) == (1, 1), said
    assert "backup.db is beside epg.db and would be published" in said


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        found, said = refused(tmp_path, port=other.getsockname()[1])
    assert (found, said.count("\n")) == (2, 1)
    assert "address already in use; choose others with --host and --port" in said


def test_a_second_scheduler_keeps_the_whole_from_starting(tmp_path: Path) -> None:
    with served(tmp_path, "--schedule"):
        found, said = refused(tmp_path, "--schedule")
    assert (found, said.count("\n")) == (1, 1), said
    assert "another scheduler runs for" in said


def test_a_replica_does_not_schedule(tmp_path: Path) -> None:
    assert refused(tmp_path, "--schedule", EPG_ROLE="replica") == (
        2, "Error: a replica does not import: leave out --schedule where EPG_ROLE is replica\n",
    )  # fmt: skip


# --- living and dying ---


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2") as web:
        before = web.workers()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(web.workers()) - {before[0]}) == 2)
        assert before[1] in web.workers()
        wait_for(lambda: all(web.ask("/health")[0] == 200 for _ in range(5)))
        assert any(
            "was ended by signal 9; starting it again at once" in message for message in web.messages()
        )
        assert web.stop() == 0
    assert not any(alive(pid) for pid in before)


def test_workers_that_cannot_be_kept_up_end_the_service(tmp_path: Path) -> None:
    """Whoever runs it is to know; it is not tried for ever."""
    with served(tmp_path) as web:
        (tmp_path / "epg.db").write_bytes(b"no database any more, whatever was here before" * 100)
        for path in tmp_path.glob("epg.db-*"):
            path.unlink()
        wait_for(web.workers)
        os.kill(web.workers()[0], signal.SIGKILL)
        assert web.process.wait(60) == 1
        assert "giving up" in web.messages()[-1]
        assert len([message for message in web.messages() if "starting it again" in message]) == 4


def test_requests_under_way_are_finished(tmp_path: Path) -> None:
    with served(tmp_path) as web:
        connection = web.connect()
        connection.putrequest("POST", "/api/v1/providers")
        connection.putheader("Authorization", f"Bearer {TOKEN}")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "14")
        connection.endheaders(b'{"name"')
        time.sleep(0.5)
        web.process.terminate()
        wait_for(lambda: "stopping" in web.messages())
        time.sleep(0.5)
        connection.send(b': "uk"}')
        answer = connection.getresponse()
        assert (answer.status, b'"uk"' in answer.read()) == (201, True)
        assert web.process.wait(30) == 0


def test_a_request_without_end_does_not_stop_the_stop(tmp_path: Path) -> None:
    with served(tmp_path, EPG_SERVER_SHUTDOWN_SECONDS="1") as web:
        connection = web.connect()
        connection.putrequest("POST", "/api/v1/providers")
        connection.putheader("Authorization", f"Bearer {TOKEN}")
        connection.putheader("Content-Length", "14")
        connection.endheaders(b'{"name"')
        time.sleep(0.5)
        begun = time.monotonic()
        assert web.stop() == 0
        assert 0.5 < time.monotonic() - begun < 15


def test_a_second_signal_waits_for_nobody(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2", "--schedule", EPG_SERVER_SHUTDOWN_SECONDS="50") as web:
        children = web.children()
        connection = web.connect()
        connection.putrequest("POST", "/api/v1/providers")
        connection.putheader("Authorization", f"Bearer {TOKEN}")
        connection.putheader("Content-Length", "14")
        connection.endheaders(b'{"name"')
        time.sleep(0.5)
        web.process.terminate()
        wait_for(lambda: "stopping" in web.messages())
        time.sleep(0.5)
        assert web.process.poll() is None
        begun = time.monotonic()
        assert web.stop() == 0
        assert time.monotonic() - begun < 20
    assert not any(alive(pid) for pid in children)


def test_the_scheduler_gets_no_secrets(tmp_path: Path) -> None:
    with served(tmp_path, "--schedule", DATASETTE_SECRET="signing-secret") as web:
        (pid,) = set(web.children()) - set(web.workers())
        (worker,) = web.workers()
        environ = {pid: Path(f"/proc/{pid}/environ").read_bytes() for pid in (pid, worker)}
        assert TOKEN.encode() in environ[worker]
        assert TOKEN.encode() not in environ[pid] and b"signing-secret" not in environ[pid]
        assert not (tmp_path / "epg.session").exists()


def test_ctrl_c_stops_it_too(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2", "--schedule") as web:
        children = web.children()
        assert len(children) == 3
        assert web.stop(signal.SIGINT) == 0
    assert not any(alive(pid) for pid in children)


def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2", "--schedule") as web:
        children = web.children()
        web.process.kill()
        web.process.wait()
        wait_for(lambda: not any(alive(pid) for pid in children), 20)


def test_the_scheduler_beside_it_imports(tmp_path: Path) -> None:
    with FeedServer() as feeds:
        url = feeds.serve("/uk.xml", feed([show("one", NOW, NOW + HOUR, "News")], [("one", "One")]))
        db = open_database(tmp_path / "epg.db")
        add_provider(
            db, Vault(vault_path(tmp_path / "epg.db")), "uk", url, now=NOW, private_addresses="allow"
        )
        db.conn.close()
        with served(tmp_path, "--schedule") as web:
            wait_for(lambda: b'"one"' in web.ask("/api/v1/channels")[2])
            wait_for(lambda: any(line.get("provider") == "uk" for line in web.lines()))
            assert web.stop() == 0
    (row,) = [line for line in web.lines() if line.get("provider") == "uk"]
    assert (row["status"], row["new"], row["problems"]) == ("success", 1, 0)


def test_a_stop_ends_an_import_of_the_scheduler(tmp_path: Path) -> None:
    gate = threading.Event()
    with FeedServer() as feeds:
        url = feeds.behave("/slow.xml", lambda handler: gate.wait(60))
        db = open_database(tmp_path / "epg.db")
        add_provider(
            db, Vault(vault_path(tmp_path / "epg.db")), "uk", url, now=NOW, private_addresses="allow"
        )
        with served(tmp_path, "--schedule") as web:
            wait_for(lambda: feeds.hits)
            assert web.stop() == 0
        gate.set()
        assert db.execute("SELECT status, error_code FROM import_log").fetchall() == [
            ("failed", "interrupted")
        ]
        db.conn.close()


# --- who signs cookies ---


def test_the_secret_of_cookies_outlives_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATASETTE_SECRET", raising=False)
    first = serve.session_secret(tmp_path / "epg.db")
    assert len(first) == 64
    assert serve.session_secret(tmp_path / "epg.db") == first
    path = tmp_path / "epg.session"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert serve.session_secret(tmp_path / "epg.db") == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("\n")
    assert serve.session_secret(tmp_path / "epg.db") not in ("", first)
    assert [found.name for found in tmp_path.iterdir()] == ["epg.session"]


def test_a_given_secret_is_used_and_nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATASETTE_SECRET", "given")
    assert serve.session_secret(tmp_path / "epg.db") == "given"
    assert not list(tmp_path.iterdir())


def test_all_workers_sign_alike_and_after_a_restart_too(tmp_path: Path) -> None:
    cookies = set()
    for _ in range(2):
        with served(tmp_path, "--workers", "2") as web:
            secret = (tmp_path / "epg.session").read_text().strip()
            cookie = Datasette([], secret=secret).sign({"a": {"id": "ann"}}, "actor")
            answers = {web.ask("/-/actor.json", cookie=f"ds_actor={cookie}")[2] for _ in range(12)}
            cookies |= answers
            assert secret not in web.output.read_text()
            for pid in web.children():
                assert secret.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert cookies == {b'{"actor": {"id": "ann"}}'}


# --- settings ---


def test_a_child_process_gets_the_settings_whatever_its_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(
        "retention: {past_days: none, future_days: 3}\nserver: {schedule: on}\n"
    )
    settings = load({"database.path": "some.db", "download.max_bytes": "5 MB"}, environ={})
    assert settings["server.schedule"] == "on"
    again = load(
        config=None,
        environ={**settings_as_variables(settings), "EPG_DB_PATH": "other.db", "EPG_RETENTION_DAYS": "9"},
    )
    assert again.values == {**settings.values, "database.path": str(tmp_path / "some.db")}


@pytest.mark.parametrize(
    ("text", "value"), [("on", "on"), ("true", "on"), ("'off'", "off"), ("no", "off"), ("1", "on")]
)
def test_a_switch_is_what_yaml_makes_of_it(tmp_path: Path, text: str, value: str) -> None:
    (tmp_path / "c.yaml").write_text(f"server: {{access_log: {text}}}\n")
    assert load(config=tmp_path / "c.yaml", environ={})["server.access_log"] == value


def test_a_switch_is_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"EPG_SERVER_SCHEDULE: server\.schedule must be on or off, not 'maybe'"
    ):
        load(environ={"EPG_SERVER_SCHEDULE": "maybe"})


# --- under another server ---


def test_uvicorn_can_run_it_by_itself(tmp_path: Path) -> None:
    port = unused_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "epg_ingest.serve.asgi:application",
        "--port",
        str(port),
    ]
    make_guide(tmp_path / "epg.db").close()
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    web = Served(process, port, tmp_path / "none")
    try:

        def answers() -> bool:
            try:
                return web.ask("/api/v1/channels")[0] == 200
            except OSError:
                return False

        wait_for(answers)
    finally:
        process.terminate()
        process.communicate(timeout=30)
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "EPG_API_TOKEN": "short"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3
    assert "EPG_API_TOKEN is shorter than 16 characters" in done.stderr + done.stdout

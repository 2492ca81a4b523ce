"""`providers export` and `import`, `check PROVIDER`, `--env-file`."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.errors import UsageError
from epg_ingest.settings.env_file import take_env_file
from epg_ingest.storage.vault import Vault

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, device, feed, show

Epg = Callable[..., tuple[int, str, str]]
URL = "http://user:CANARY@127.0.0.1:9/x?key=CANARY"


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Epg:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EPG_")]:
        monkeypatch.delenv(name)

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.fixture
def two(epg: Epg) -> None:
    """A provider with everything set, and one of files only."""
    options = "--priority 7 --timezone Europe/Lisbon --shift-minutes -30 --language pt,en --channel-policy mapped --repair-text"
    assert (
        epg("providers", "add", "pt", URL, *options.split(), "--header", "X-Key: CANARY", "--disabled")[0]
        == 0
    )
    Path("a.xml").write_bytes(feed([show("a", NOON, NOON + HOUR, "News")]))
    assert epg("import", "--file", "a.xml", "--provider", "files-only")[0] in (0, 1)


def shown(epg: Epg, database: str, name: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(
        epg("--db", database, "providers", "show", name, "--reveal", "--json")[1]
    )
    return {key: value for key, value in row.items() if key not in ("id", "created_at", "updated_at")}


def test_there_and_back_with_secrets(epg: Epg, two: None) -> None:
    status, out, err = epg("providers", "export", "p.json", "--secrets")
    assert (status, out, err) == (0, "", "2 providers in p.json\n")
    assert stat.S_IMODE(os.stat("p.json").st_mode) == 0o600
    assert epg("--db", "b.db", "providers", "import", "p.json") == (
        0,
        "pt: new\nfiles-only: new\nchanged 2 providers\n",
        "",
    )
    for name in ("pt", "files-only"):
        assert shown(epg, "b.db", name) == shown(epg, "epg.db", name)
    assert epg("--db", "b.db", "providers", "import", "p.json") == (0, "changed 0 providers\n", "")


def test_secrets_go_only_where_they_are_asked_for(epg: Epg, two: None) -> None:
    assert "CANARY" not in epg("providers", "export")[1]
    Path("p.json").write_text("old")
    Path("p.json").chmod(0o644)
    assert epg("providers", "export", "p.json")[2] == "2 providers in p.json, without addresses and headers\n"
    assert "CANARY" not in Path("p.json").read_text()
    epg("providers", "export", "p.json", "--secrets")
    assert "CANARY" in Path("p.json").read_text() and stat.S_IMODE(os.stat("p.json").st_mode) == 0o600
    _, out, err = epg("--db", "b.db", "providers", "import", "p.json", "--json")
    assert "CANARY" not in out + err
    assert "CANARY" not in Path("b.db").read_bytes().decode("latin-1")
    Path("p.json").write_text(Path("p.json").read_text().replace("CANARY", "CANARY2"))
    _, out, err = epg("providers", "import", "p.json", "--dry-run")
    assert "pt: url … → …, headers … → …" in out and "CANARY" not in out + err


def test_a_file_without_secrets_keeps_those_that_are_there(epg: Epg, two: None) -> None:
    epg("providers", "export", "p.json")
    rows = json.loads(Path("p.json").read_text())
    rows["providers"][0]["priority"] = 9
    Path("p.json").write_text(json.dumps(rows))
    before = shown(epg, "epg.db", "pt")
    assert (
        epg("providers", "import", "p.json", "--dry-run")[1]
        == "pt: priority 7 → 9\nwould change 1 provider\n"
    )
    assert shown(epg, "epg.db", "pt") == before
    assert epg("providers", "import", "p.json")[1] == "pt: priority 7 → 9\nchanged 1 provider\n"
    assert shown(epg, "epg.db", "pt") == {**before, "priority": 9}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file must be JSON such as"),
        ("[]", "the file must be JSON such as"),
        ("{}", "the file must be JSON such as"),
        ("[" * 100_000, "the file must be JSON such as"),
        ('{"providers": 5}', "must be a list of objects"),
        ('{"providers": [{"url": null}]}', "must be a list of objects, each with a name"),
        ('{"providers": [{"name": "new"}, {"name": "a/b"}]}', "provider 2: a provider's name must have"),
        ('{"providers": [{"name": "new"}, {"name": "NEW"}]}', "provider 2: NEW is in the file twice"),
        ('{"providers": [{"name": "new", "priority": "x"}]}', "provider 1: priority must be a whole number"),
        ('{"providers": [{"name": "new", "colour": 1}]}', "provider 1: unknown setting 'colour'"),
        ('{"providers": [{"name": "new", "url": "ftp://CANARY"}]}', "provider 1: the URL must begin with"),
    ],
)
def test_a_bad_file_changes_nothing(epg: Epg, two: None, text: str, said: str) -> None:
    Path("p.json").write_text(text)
    status, out, err = epg("providers", "import", "p.json")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err and "CANARY" not in err
    assert len(json.loads(epg("providers", "list", "--json")[1])) == 2


def test_check_fetches_the_feed_of_a_provider(epg: Epg) -> None:
    with FeedServer() as server:
        body = feed([show("a", NOON, NOON + HOUR, "News")]).replace(b" +0000", b"")
        url = server.serve("/uk.xml", body)
        epg("providers", "add", "uk", url, "--timezone", "Asia/Tokyo", "--header", "X-Key: CANARY")
        status, out, err = epg("check", "uk", "--json")
        found = json.loads(out)
        assert (status, found["programmes"], found["first"]) == (0, 1, "2026-11-22T03:00:00Z"), err
        assert (
            json.loads(epg("check", "uk", "--json", "--timezone", "UTC")[1])["first"]
            == "2026-11-22T12:00:00Z"
        )
        assert server.hits[-1].headers.get("X-Key") == "CANARY"
        Path("uk").write_bytes(feed([show("a", NOON, NOON + HOUR, "News")]) * 2)
        before = len(server.hits)
        assert epg("check", "uk")[0] == 0 and len(server.hits) == before, "a file of that name comes first"
    assert json.loads(epg("providers", "list", "--json")[1])[0]["name"] == "uk"


def test_the_words_of_a_server_are_printed_unless_they_hold_a_secret(epg: Epg) -> None:
    with FeedServer() as server:
        for path, body in (("/a", b'{"error": "Account expired"}'), ("/b", b"key CANARYKEY7 unknown")):
            url = server.serve(path, body) + "?key=CanaryKey7"
            epg("providers", "add", path[1:], url)
            epg("providers", "update", path[1:], "--private-addresses", "allow")
        words = '; the server says: "Account expired"\n'
        refusal = "the answer is JSON, not an XMLTV guide; check the URL and its credentials"
        assert epg("import", "a")[::2] == (1, f"Error: a: {refusal}{words}")
        assert epg("check", "a")[2] == f"Error: {refusal}{words}"
        assert epg("check", server.url("/a"))[2] == f"Error: {refusal}{words}"
        (row,) = json.loads(epg("import", "a", "--json")[1])
        assert row["error_message"] == refusal and "answer" not in row
        for command in (("import", "b"), ("check", "b"), ("check", server.url("/b") + "?key=CanaryKey7")):
            err = epg(*command)[2]
            assert "the answer is text" in err and "the server says" not in err and "key" not in err.lower()


def test_check_names_what_it_did_not_find(epg: Epg, two: None) -> None:
    assert epg("check", "ptt")[::2] == (
        2,
        "Error: there is no file ptt, and there is no provider 'ptt'; did you mean pt?\n",
    )
    assert "files-only has no URL" in epg("check", "files-only")[2]
    assert "there is no file nothing; an address begins with" in epg("--db", "none.db", "check", "nothing")[2]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("EPG_RETENTION_DAYS=14", "14"), ("export EPG_RETENTION_DAYS=14", "14"), ('EPG_RETENTION_DAYS="14"', "14"),
        ("EPG_RETENTION_DAYS='a b'", "a b"), ("  EPG_RETENTION_DAYS = 14  ", "14"), ("EPG_RETENTION_DAYS=", ""),
        ("# EPG_RETENTION_DAYS=14", None), ("; EPG_RETENTION_DAYS=14", None), ("PATH=/tmp", None),
    ],
)  # fmt: skip
def test_lines_of_an_environment_file(tmp_path: Path, line: str, value: str | None) -> None:
    (tmp_path / "env").write_text(f"\n{line}\n")
    environ: dict[str, str] = {}
    take_env_file(tmp_path / "env", environ)
    assert environ == ({} if value is None else {"EPG_RETENTION_DAYS": value})


@pytest.mark.parametrize(
    "body", [b"EPG_ROLE=primary\n", b"\r\nEPG_ROLE=primary\r\n", b"# x\nEPG_ROLE=primary"]
)
def test_a_byte_order_mark_of_an_environment_file_is_left_out(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "env").write_bytes(b"\xef\xbb\xbf" + body)
    environ: dict[str, str] = {}
    assert take_env_file(tmp_path / "env", environ) == ["EPG_ROLE"] and environ == {"EPG_ROLE": "primary"}


@pytest.mark.parametrize("kind", ["zero", "null"])
def test_a_device_is_no_environment_file(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UsageError, match="is a device, and the environment file must be a file"):
        take_env_file(device(tmp_path / "env", kind), {})


@pytest.mark.parametrize("line", ["CANARY", "EPG_API_TOKEN", "1=CANARY", 'EPG_API_TOKEN="CANARY'])
def test_a_bad_line_is_named_without_its_value(tmp_path: Path, line: str) -> None:
    (tmp_path / "env").write_text(f"EPG_ROLE=primary\n{line}\n")
    with pytest.raises(UsageError, match="line 2: ") as caught:
        take_env_file(tmp_path / "env", {})
    assert "CANARY" not in caught.value.message


def test_env_file_gives_a_command_the_settings_of_the_service(
    epg: Epg, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("epg.env").write_text("EPG_RETENTION_DAYS=none\nEPG_SERVER_PORT=9000\n")
    monkeypatch.setenv("EPG_SERVER_PORT", "9001")
    before = dict(os.environ)
    monkeypatch.setattr(os, "environ", os.environ)
    try:
        found = json.loads(epg("--env-file", "epg.env", "config", "--json")[1])
        assert found["retention.past_days"] == {"value": None, "source": "EPG_RETENTION_DAYS"}
        assert found["server.port"]["value"] == 9001, "what is set already wins"
        assert epg("--env-file", "none", "config")[2].startswith(
            "Error: cannot read the environment file none"
        )
        epg("--env-file", "epg.env", "init")
        assert (
            "belongs to the guide" in epg("--env-file", "epg.env", "export", "csv", "--output", "epg.env")[2]
        )
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
    assert Vault("epg.secrets").get("p") is None


def logged() -> list[tuple[str, str, str, dict[str, Any]]]:
    with closing(sqlite3.connect("epg.db")) as conn:
        rows = conn.execute("SELECT actor, action, subject, details FROM write_log ORDER BY id").fetchall()
    return [(actor, action, subject, json.loads(details)) for actor, action, subject, details in rows]


def test_each_change_of_a_file_is_recorded_and_undone(epg: Epg, two: None) -> None:
    before = [shown(epg, "epg.db", name) for name in ("pt", "files-only")]
    known = logged()
    epg("providers", "update", "files-only", "--priority", "55")
    Path("p.json").write_text(
        json.dumps(
            {
                "providers": [
                    {"name": "pt", "priority": 8, "language": ["de"], "enabled": True, "timezone": None},
                    {"name": "Files-Only", "priority": 56},
                ]
            }
        )
    )
    epg("providers", "import", "p.json", "--dry-run")
    assert len(logged()) == len(known) + 1
    assert epg("providers", "import", "p.json")[0] == 0
    changed = {"priority": 8, "timezone": None, "language": ["de"], "enabled": True}
    assert logged()[-2:] == [
        ("cli", "provider.update", "provider pt", changed),
        ("cli", "provider.update", "provider files-only", {"priority": 56, "name": "Files-Only"}),
    ]
    assert epg("providers", "import", "p.json")[1] == "changed 0 providers\n"
    assert len(logged()) == len(known) + 3
    for _ in range(3):
        assert epg("undo")[0] == 0
    assert [shown(epg, "epg.db", name) for name in ("pt", "files-only")] == before


def test_new_providers_and_secrets_of_a_file_are_recorded_without_secrets(epg: Epg, two: None) -> None:
    epg("providers", "update", "pt", "--priority", "9")
    row = {"name": "pt", "url": URL + "2", "headers": {"X-Key": "CANARY2"}}
    Path("p.json").write_text(json.dumps({"providers": [row, {**row, "name": "x", "priority": 3}]}))
    assert epg("providers", "import", "p.json")[0] == 0
    assert logged()[-2:] == [
        (
            "cli",
            "provider.update",
            "provider pt",
            {"xmltv_url": "http://127.0.0.1:9/…", "headers": ["X-Key"]},
        ),
        (
            "cli",
            "provider.create",
            "provider x",
            {"xmltv_url": "http://127.0.0.1:9/…", "headers": ["X-Key"], "priority": 3},
        ),
    ]
    assert "CANARY" not in json.dumps(logged())
    status, _, err = epg("undo")
    assert status == 2 and "provider.create, provider x" in err
    assert shown(epg, "epg.db", "pt")["priority"] == 9, "an older change was taken back"

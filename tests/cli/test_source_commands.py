"""Sources and schedules on the command line, in files of providers, and in `status`."""

from __future__ import annotations

import io
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.times import from_iso
from epg_ingest.storage.vault import Vault

MAIN, MIRROR = "https://feeds.example/a.xml?key=canary-main", "https://me:canary-mirror@mirror.example/b.xml"


@pytest.fixture
def epg(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, given: str = "", db: str = "epg.db") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        status = run(["--db", str(tmp_path / db), *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def kept(tmp_path: Path, name: str, db: str = "epg.secrets") -> Any:
    return Vault(tmp_path / db).get(name)


def test_a_provider_with_mirrors_goes_through_all_its_changes(epg: Any, tmp_path: Path) -> None:
    assert (
        epg(
            "providers",
            "add",
            "uk",
            MAIN,
            "--mirror",
            MIRROR,
            "--schedule",
            "3:00",
            "--downloads-per-day",
            "4",
        )[0]
        == 0
    )
    _, out, _ = epg("providers", "list")
    assert "https://feeds.example/… +1" in out and "03:00" in out and "canary" not in out
    shown = json.loads(epg("providers", "show", "uk", "--json")[1])
    assert (shown["mirrors"], shown["downloads_per_day"]) == (["https://mirror.example/…"], 4)
    assert json.loads(epg("providers", "show", "uk", "--json", "--reveal")[1])["mirrors"] == [MIRROR]
    changes = (
        "--no-mirrors",
        "--schedule",
        "none",
        "--downloads-per-day",
        "none",
        "--schedule-timezone",
        "Europe/London",
    )
    assert epg("providers", "update", "uk", *changes)[0] == 0
    shown = json.loads(epg("providers", "show", "uk", "--json")[1])
    assert (shown["mirrors"], shown["schedule"], shown["downloads_per_day"]) == ([], None, None)
    assert kept(tmp_path, "uk").mirrors == ()


def test_a_command_is_split_as_a_shell_would_and_run_by_none(epg: Any, tmp_path: Path) -> None:
    (tmp_path / "grab.sh").touch()
    assert epg("providers", "add", "fi", "--command", "./grab.sh --days 7 'two words' $HOME")[0] == 0
    assert kept(tmp_path, "fi").command == (str(tmp_path / "grab.sh"), "--days", "7", "two words", "$HOME")
    assert (
        epg("providers", "update", "fi", "--command", "-", given="tv_grab_fi --key canary-argument\n")[0] == 0
    )
    _, out, _ = epg("providers", "show", "fi")
    assert "command:tv_grab_fi" in out and "canary" not in out
    assert "canary-argument" in epg("providers", "show", "fi", "--reveal")[1]
    assert epg("providers", "update", "fi", "--url", MAIN)[0] == 0
    assert (kept(tmp_path, "fi").command, kept(tmp_path, "fi").url) == ((), MAIN)


def test_arguments_of_a_command_are_nowhere_in_the_guide(epg: Any, tmp_path: Path) -> None:
    """Its rows, its list of what people changed, and what an update or a file leave in its pages."""
    (tmp_path / "grab.sh").touch()
    secret = (
        "--pw=canary-one",
        "--key canary-two",
        "'canary three'",
        "-u me:canary-four@host",
        "KEY=canary-five",
    )
    assert epg("providers", "add", "a", "--command", f"./grab.sh {secret[0]}")[0] == 0
    assert epg("providers", "update", "a", "--command", f"tv_grab_fi {secret[1]} {secret[2]}")[0] == 0
    assert epg("providers", "add", "b", "--command", "-", given=f"tv_grab_fi {secret[3]}\n")[0] == 0
    rows = [
        {"name": "b", "command": ["tv_grab_zz", *secret[4].split()]},
        {"name": "c", "command": ["/opt/canary-folder/x", "canary-six"]},
    ]
    (tmp_path / "providers.json").write_text(json.dumps({"providers": rows}))
    assert epg("providers", "import", str(tmp_path / "providers.json"))[0] == 0
    with closing(sqlite3.connect(tmp_path / "epg.db")) as conn:
        found = [
            json.loads(details).get("command")
            for (details,) in conn.execute("SELECT details FROM write_log ORDER BY id")
        ]
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found == ["grab.sh", "tv_grab_fi", "…", "tv_grab_zz", "x"]
    assert [file.name for file in tmp_path.glob("epg.db*") if b"canary" in file.read_bytes()] == []


def test_an_older_guide_loses_the_arguments_that_it_names(epg: Any, tmp_path: Path) -> None:
    assert epg("init")[0] == 0
    with closing(sqlite3.connect(tmp_path / "epg.db")) as conn, conn:
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm018_commands_written'")
        conn.executemany(
            "INSERT INTO write_log (at, actor, action, subject, details) VALUES ('2026', 'cli', 'provider.create', 'p', ?)",
            [
                ('{"command": "x --pw canary", "priority": 2}',),
                ('{"command": ["x", "canary"]}',),
                ("{}",),
            ],
        )
    assert epg("providers", "add", "u", MAIN)[0] == 0
    with closing(sqlite3.connect(tmp_path / "epg.db")) as conn:
        found = [
            json.loads(details)
            for (details,) in conn.execute("SELECT details FROM write_log ORDER BY id LIMIT 3")
        ]
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found == [{"command": "…", "priority": 2}, {"command": "…"}, {}]
    assert b"canary" not in (tmp_path / "epg.db").read_bytes()


def test_a_password_is_read_from_standard_input(epg: Any, tmp_path: Path) -> None:
    added = epg(
        "providers", "add", "tv", "http://panel.example:8080", "--kind", "xtream", "--user", "me", "--password", "-",
        given="canary/p@ss\n",
    )  # fmt: skip
    assert added[0] == 0 and "canary" not in added[1] + added[2]
    assert kept(tmp_path, "tv").url == "http://me:canary%2Fp%40ss@panel.example:8080"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a", MAIN, "--command", "x"), "give the URL of a feed, or a program"),
        (("a", "--command", "'x"), "quotation mark"),
        (("a", "--command", " "), "the command is empty"),
        (("a", "--command", "x", "--mirror", MIRROR), "a command has no address"),
        (("a", "--command", "x", "--kind", "xtream"), "contradict each other"),
        (("a", "http://panel.example/", "--kind", "xtream"), "needs a user name and a password"),
        (("a", "http://panel.example/", "--password", "x"), "both the user name and the password"),
        (("a", MAIN, "--downloads-per-day", "many"), "must be a whole number, or none"),
        (("a", MAIN, "--schedule", "sometimes"), "the schedule is not understood"),
        (("a", MAIN, "--mirror", "ftp://x/"), "mirror 1: "),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_in_one_line(
    epg: Any, arguments: tuple[str, ...], said: str
) -> None:
    status, _, err = epg("providers", "add", *arguments)
    assert status == 2 and said in err and err.count("\n") == 1 and "canary" not in err


def test_a_file_of_providers_carries_sources_and_schedules(epg: Any, tmp_path: Path) -> None:
    epg("providers", "add", "uk", MAIN, "--mirror", MIRROR, "--schedule", "6h")
    epg("providers", "add", "fi", "--command", "tv_grab_fi --key canary-argument", "--downloads-per-day", "2")
    epg("providers", "add", "tv", "http://me:canary-pass@panel.example/", "--kind", "xtream")
    without = epg("providers", "export")[1]
    assert "canary" not in without and "6h" in without
    epg("providers", "export", "--secrets", "all.json")
    assert epg("providers", "import", "all.json", db="other.db")[0] == 0
    for name in ("uk", "fi", "tv"):
        assert kept(tmp_path, name, "other.secrets") == kept(tmp_path, name)
    assert "changed 0 providers" in epg("providers", "import", "all.json", db="other.db")[1]
    rows = json.loads(epg("providers", "list", "--json", db="other.db")[1])
    assert {row["name"]: (row["kind"], row["schedule"], row["downloads_per_day"]) for row in rows} == {
        "uk": ("url", "6h", None), "fi": ("command", None, 2), "tv": ("xtream", None, None),
    }  # fmt: skip
    (tmp_path / "less.json").write_text(without)
    assert epg("providers", "import", "less.json", db="other.db")[0] == 0
    assert kept(tmp_path, "fi", "other.secrets").command == ("tv_grab_fi", "--key", "canary-argument")


def test_status_says_what_is_due_next_and_why(epg: Any) -> None:
    epg("providers", "add", "uk", MAIN, "--schedule", "6h")
    epg("providers", "add", "off", MAIN, "--disabled")
    rows = {row["name"]: row for row in json.loads(epg("status", "--json")[1])["providers"]}
    assert (rows["off"]["next_import_at"], rows["uk"]["next_import_reason"]) == (None, "missed")
    assert time.time() - 6 * 3600 <= from_iso(rows["uk"]["next_import_at"]) <= time.time()
    out = epg("status")[1]
    assert "NEXT IMPORT" in out and "(missed)" in out

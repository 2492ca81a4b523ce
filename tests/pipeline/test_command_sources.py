"""Providers whose feed a program prints: what it gets, what becomes of what it prints, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.guide.providers import add_provider, get_provider, update_provider
from epg_ingest.pipeline.run import Options, run_import

from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import HOUR, KEEP_ALL, NOON, Guide, feed, require_program, show

pytestmark = pytest.mark.slow

GOOD = feed(
    [show("c1", NOON + n * HOUR, NOON + (n + 1) * HOUR, f"show {n}") for n in range(5)], [("c1", "One")]
)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "good.xml.gz").write_bytes(gzip.compress(GOOD))
    return tmp_path


def script(folder: Path, text: str, name: str = "tv_grab_test") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def add(guide: Guide, *command: str) -> None:
    add_provider(guide.db, guide.vault, "tv", None, now=NOON, command=list(command), local_files=True)


def run(guide: Guide, now: int = NOON, **limits: Any) -> dict[str, Any]:
    options = Options(KEEP_ALL, Limits(**limits), trigger="test", workers=0)
    return run_import(guide.db, guide.vault, get_provider(guide.db, "tv"), options, now=now)


def said(guide: Guide, row: dict[str, Any]) -> list[str]:
    sql = "SELECT message FROM import_problems WHERE import_id = ? AND code = 'stderr'"
    return [found["message"] for found in guide.rows(sql, row["id"])]


@pytest.mark.parametrize("body", ["good.xml", "good.xml.gz"])
def test_what_a_program_prints_is_a_feed(guide: Guide, scripts: Path, body: str) -> None:
    add(guide, script(scripts, 'cat "$1"'), str(scripts / body))
    row = run(guide)
    assert (row["status"], row["programs_imported"], row["source"], row["downloads"]) == ("success", 5, 1, 1)
    again = run(guide, NOON + 60)
    assert (again["status"], again["programs_unchanged"], again["programs_updated"]) == ("success", 5, 0)
    assert guide.rows("SELECT kind, xmltv_url FROM providers") == [
        {"kind": "command", "xmltv_url": "command:tv_grab_test"}
    ]


def test_a_program_of_the_xmltv_project_is_a_source(guide: Guide, scripts: Path) -> None:
    """Grabbers ask hosts of the internet; `tv_cat` of the same package prints a guide as they do."""
    add(guide, require_program("tv_cat"), str(scripts / "good.xml"))
    row = run(guide)
    assert (row["status"], row["programs_imported"]) == ("success", 5)


def test_no_shell_reads_the_arguments(guide: Guide, scripts: Path) -> None:
    add(
        guide, script(scripts, 'printf "%s\\n" "$@" >&2; cat "$1"'), str(scripts / "good.xml"), "$HOME;`id`|*"
    )
    row = run(guide)
    # an argument is secret, so that what the program says of it is masked
    assert said(guide, row) == [f"{scripts / 'good.xml'} / …"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("cat good; exit 3", "command", "tv_grab_test ended with status 3"),
        (
            "echo one >&2; echo 'no lineup \x1b[31mhere\x07' >&2; exit 1",
            "command",
            "status 1: no lineup [31mhere; run",
        ),
        ("kill -9 $$", "command", "was ended by signal 9"),
        ("echo '<html><title>Sign in</title>'", "html", "an HTML page"),
        ("true", "empty", "the feed is empty; run the command by hand to see what it prints"),
        ("yes '<programme/>'", "toolarge", "larger than"),
    ],
)
def test_a_failure_is_one_line_and_changes_nothing(
    guide: Guide, scripts: Path, text: str, code: str, words: str
) -> None:
    add(guide, script(scripts, f'cat "{scripts}/good.xml"'))
    run(guide)
    before = guide.stored()
    script(scripts, text.replace("good", f"{scripts}/good.xml"))
    row = run(guide, NOON + 60, max_bytes=100_000)
    assert (row["status"], row["error_code"]) == ("failed", code)
    assert words in row["error_message"] and row["error_message"].isprintable()
    assert "URL" not in row["error_message"]
    assert guide.stored() == before
    assert all(message.isprintable() for message in said(guide, row))


def test_a_program_that_is_not_there_is_named(guide: Guide, scripts: Path) -> None:
    add(guide, "tv_grab_nowhere", "--days", "7")
    row = run(guide)
    assert row["error_message"].startswith("tv_grab_nowhere cannot be started: No such file")


def alive(folder: Path) -> list[str]:
    """The processes that the scripts of this folder have left. One that was killed needs a moment to go."""
    end = time.monotonic() + 5
    while (found := _running(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def _running(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    "text",
    [
        "sleep 600",
        "trap '' TERM; while :; do sleep 0.1; done",
        f"{sys.executable} -c 'import time; time.sleep(600)' FOLDER & wait",
        "exec >&-; sleep 600",
        "cat FOLDER/good.xml; while :; do echo '<!-- -->'; sleep 0.1; done",
    ],
)
def test_a_program_that_takes_too_long_is_killed_with_all_it_started(
    guide: Guide, scripts: Path, text: str
) -> None:
    add(guide, script(scripts, text.replace("FOLDER", str(scripts))))
    begun = time.monotonic()
    row = run(guide, deadline=1.0)
    assert (row["status"], row["error_code"]) == ("failed", "timeout")
    assert "did not end within 1 s" in row["error_message"]
    assert time.monotonic() - begun < 10
    assert alive(scripts) == []


#: each leaves a process that sleeps for ten minutes; %s stands for what runs it
LEFT = {
    "its group": "sleep 600 &",
    "its session": "setsid sleep 600 &",
    "twice": "(setsid sh -c 'setsid sleep 600 & exit 0' &) &",
    "without variables": "setsid env -i sleep 600 &",
    "deaf": "setsid sh -c 'trap \"\" TERM HUP INT; sleep 600 & wait' > /dev/null 2>&1 &",
    "with its own children": "setsid sh -c 'sleep 600 & sleep 600 & (setsid sleep 600 &) ; wait' &",
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux finds what has left its process group")
@pytest.mark.parametrize(
    ("ending", "status", "deadline"),
    [("cat good.xml", "success", 30), ("exec sleep 600", "failed", 1), ("exit 3", "failed", 30)],
)
def test_nothing_that_a_program_starts_outlives_it(
    guide: Guide, scripts: Path, ending: str, status: str, deadline: float
) -> None:
    """Whatever else it starts; and a child of this process that was there before stays."""
    require_program("setsid")
    folder = scripts / "work"
    folder.mkdir()
    shutil.copy(scripts / "good.xml", folder)
    started = "\n".join(LEFT.values())
    add(guide, script(scripts, f"cd '{folder}'\n{started}\nsleep 0.5\n{ending}"))
    with subprocess.Popen(["sleep", "600"], cwd=folder) as own:
        row = run(guide, deadline=deadline)
        left = _at_work_in(folder)
        own.kill()
    assert row["status"] == status, row
    assert left == [own.pid]


def _at_work_in(folder: Path) -> list[int]:
    """The processes whose working folder it is, but for those that have ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve() == folder:
                found.append(int(process.name))
    return found


def test_what_a_program_leaves_running_does_not_hold_the_import(guide: Guide, scripts: Path) -> None:
    left = f"{sys.executable} -c 'import time; time.sleep(600)' {scripts} &"
    add(guide, script(scripts, f"{left} cat {scripts}/good.xml"))
    begun = time.monotonic()
    assert run(guide)["status"] == "success"
    assert time.monotonic() - begun < 20
    assert alive(scripts) == []


def test_a_program_gets_a_folder_of_its_own_and_few_variables(
    guide: Guide, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EPG_API_TOKEN", "DATASETTE_SECRET", "http_proxy", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "canary-variable")
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    add(
        guide,
        script(
            scripts,
            f"env > {scripts}/env; pwd > {scripts}/pwd; cat {scripts}/good.xml; read x && exit 9; exit 0",
        ),
    )
    assert run(guide)["status"] == "success"
    seen = dict(line.split("=", 1) for line in (scripts / "env").read_text().splitlines())
    place = (scripts / "pwd").read_text().strip()
    assert (seen["TMPDIR"], seen["PATH"], seen["LC_TIME"]) == (place, os.environ["PATH"], "C.UTF-8")
    assert not Path(place).exists() and Path(place) != scripts
    allowed = {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
    }
    assert {name for name in seen if not name.startswith("LC_")} <= allowed
    assert "canary" not in (scripts / "env").read_text()


def test_the_secrets_of_a_command_and_of_others_are_nowhere(guide: Guide, scripts: Path) -> None:
    """In the guide, the log and the output; in the environment and the command line of the program, those of others."""
    url = "http://user:canary-password@127.0.0.1:1/canary-path?token=canary-token"
    add_provider(
        guide.db, guide.vault, "other", url, now=NOON, enabled=False, headers={"X-Key": "canary-header"}
    )
    text = f"""
tr '\\0' '\\n' < /proc/$$/environ > {scripts}/environ; tr '\\0' '\\n' < /proc/$PPID/cmdline > {scripts}/parent
echo "logged in with $2 at http://u:canary-argument@h/canary-argument" >&2; cat {scripts}/good.xml; exit $1"""
    add(guide, script(scripts, text), "0", "canary-argument")
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "EPG_API_TOKEN": "canary-api-token-of-32-characters",
               "EPG_RETENTION_DAYS": "none"}  # fmt: skip
    command = [sys.executable, "-m", "epg_ingest.cli", "-v", "--db", str(guide.path)]
    output = ""
    for arguments in (["import", "tv"], ["providers", "list"], ["providers", "show", "tv"], ["status"], ["status", "--json"],
                      ["providers", "export", "-"], ["check", "tv"], ["import", "tv", "--json", "--force"]):  # fmt: skip
        done = subprocess.run([*command, *arguments], env=environ, capture_output=True, text=True, check=True)
        output += done.stdout + done.stderr
    update_provider(guide.db, guide.vault, "tv", {"command": [script(scripts, text), "4", "canary-argument"]},
                    now=NOON + 9, local_files=True)  # fmt: skip
    failed = subprocess.run(
        [*command, "import", "tv"], env=environ, capture_output=True, text=True, check=False
    )
    output += failed.stdout + failed.stderr
    assert "ended with status 4: logged in with … at http://h/…" in failed.stderr
    assert "canary" not in output
    assert "canary" not in (scripts / "environ").read_text() + (scripts / "parent").read_text()
    guide.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in scripts.glob("epg.db*"):
        assert b"canary" not in file.read_bytes(), file
    assert "canary-argument" in json.dumps(guide.vault.get("tv").command)

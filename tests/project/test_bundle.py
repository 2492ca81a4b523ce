"""The bundle works in a checkout, in a wheel and in a fresh clone, and refuses unsafe configurations."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import click
import datasette.plugins
import pytest
from datasette.app import DEFAULT_SETTINGS, Datasette

from tests.helpers.datasette_helpers import PARTS, ROOT, add, copy_bundle, make_guide, moment, serving
from tests.helpers.hosts.either_datasette import SQL, instance_texts
from tests.helpers.wheels import build, copy_source

pytestmark = pytest.mark.slow

SETTINGS = json.loads((ROOT / "settings.json").read_text(encoding="utf-8"))
TOKEN = "a-token-that-is-long-enough"


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPG_API_TOKEN", raising=False)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), "On now")
    conn.close()
    return tmp_path / "epg.db"


def run(*args: str, cwd: Path, path: Path = ROOT / "ingest", **env: str) -> subprocess.CompletedProcess[str]:
    """Run `datasette` as from a shell, with the package `epg_ingest` in `path`."""
    environment = {**os.environ, "PYTHONPATH": str(path), **env}
    return subprocess.run(
        [sys.executable, "-m", "datasette", *args],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def refusal(*files: Path, **options: Any) -> str:
    """The message with which the start is refused."""
    with pytest.raises(click.ClickException) as caught:
        async with serving(*files, **options):
            pass
    assert "\n" not in caught.value.message
    return caught.value.message


# A checkout


async def test_a_fresh_clone_starts_with_an_empty_guide(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    for start in ("first", "second"):
        async with serving(config_dir=folder) as ds:
            assert (await ds.client.get("/epg")).status_code == 200, start
            assert (await ds.client.get("/epg/on_now.json?_shape=array")).json() == []
            assert (await ds.client.get("/static/css/base.css")).status_code == 200
            assert ds.databases["epg"].is_mutable
    conn = sqlite3.connect(folder / "epg.db")
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    conn.close()


async def test_a_folder_of_somebody_else_gets_no_guide(tmp_path: Path) -> None:
    async with serving(config_dir=tmp_path) as ds:
        assert "epg" not in ds.databases
    assert not (tmp_path / "epg.db").exists()


@pytest.mark.parametrize("content", ["", "vacuum"])
async def test_an_empty_file_becomes_a_guide(tmp_path: Path, content: str) -> None:
    conn = sqlite3.connect(tmp_path / "epg.db")
    conn.execute(content)
    conn.close()
    (tmp_path / "epg.db").touch()
    async with serving(tmp_path / "epg.db") as ds:
        assert (await ds.client.get("/epg/guide.json")).status_code == 200


def test_the_command_serves_a_fresh_clone(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    result = run(".", "--get", "/epg/coverage_horizon.json?_shape=array", cwd=folder)
    assert (result.returncode, json.loads(result.stdout)) == (0, []), result.stderr


def test_without_the_package_the_log_says_what_to_do(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    code = (
        "import runpy, sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'epg_ingest': raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        # The entry point of an installed copy needs the package too.
        "import importlib.metadata as m; every = m.distributions\n"
        "m.distributions = lambda **k: (d for d in every(**k) if d.name != 'datasette-epg')\n"
        "sys.argv = ['datasette', '.', '--get', '/']\n"
        "runpy.run_module('datasette', run_name='__main__')\n"
    )
    # Datasette would load the plugins that this variable names before those of the folder.
    env = {name: value for name, value in os.environ.items() if name != "DATASETTE_LOAD_PLUGINS"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, env=env
    )
    assert "the package `epg_ingest` is not installed: run pip install -e . first" in result.stderr
    assert "Traceback" not in result.stderr


async def test_nothing_is_registered_twice(tmp_path: Path) -> None:
    async with serving(config_dir=copy_bundle(tmp_path)) as ds:
        names = [entry["name"] for entry in (await ds.client.get("/-/plugins.json?all=1")).json()]
    ours = sorted(name for name in names if name.startswith("epg_") and name.endswith(".py"))
    assert ours == sorted(path.name for path in (ROOT / "plugins").glob("*.py"))
    starting = [hook.plugin_name for hook in datasette.plugins.pm.hook.startup.get_hookimpls()]
    assert len(starting) == len(set(starting))


# A bare `datasette epg.db`


async def test_a_bare_database_has_everything(guide: Path) -> None:
    async with serving(guide) as ds:
        page = await ds.client.get("/epg")
        assert "Start with the queries below" in page.text
        assert 'class="epg-start"' in page.text
        (sheet,) = re.findall(r'href="(/static/[0-9a-f]+/site\.css)"', page.text)
        assert (await ds.client.get(sheet)).status_code == 200
        assert b"<!ELEMENT tv" in (await ds.client.get("/xmltv.dtd")).content
        assert (await ds.client.get("/static/../metadata.yaml")).status_code == 404
        rows = (await ds.client.get("/epg/on_now.json?_shape=array")).json()
        assert [row["title"] for row in rows] == ["On now"]


async def test_the_users_metadata_wins(guide: Path) -> None:
    async with serving(guide, metadata={"title": "Mine"}) as ds:
        texts = await instance_texts(ds)
        assert texts["title"] == "Mine"
        assert texts["description"].startswith("One clean")


async def test_the_users_templates_win(guide: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "database-epg.html").write_text("my own page", encoding="utf-8")
    async with serving(guide, template_dir=str(tmp_path / "mine")) as ds:
        assert (await ds.client.get("/epg")).text == "my own page"
        assert "<title>On now - epg</title>" in (await ds.client.get("/epg/on_now")).text


async def test_settings_are_applied_where_the_user_gave_none(guide: Path) -> None:
    async with serving(guide, settings={"sql_time_limit_ms": 2000}) as ds:
        settings = (await ds.client.get("/-/settings.json")).json()
        assert {name: settings[name] for name in SETTINGS} == {**SETTINGS, "sql_time_limit_ms": 2000}
        assert (ds.sql_time_limit_ms, ds.page_size) == (2000, SETTINGS["default_page_size"])


def test_one_setting_on_the_command_line_keeps_the_others(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    result = run(".", "--setting", "suggest_facets", "1", "--get", "/-/settings.json", cwd=folder)
    assert result.returncode == 0, result.stderr
    settings = json.loads(result.stdout)
    assert {name: settings[name] for name in SETTINGS} == {**SETTINGS, "suggest_facets": True}


async def test_one_setting_turns_sql_off(guide: Path) -> None:
    async with serving(guide) as ds:
        assert (await ds.client.get(f"{SQL}.json?sql=select+1")).status_code == 200
    async with serving(guide, settings={"default_allow_sql": False}) as ds:
        assert (await ds.client.get(f"{SQL}.json?sql=select+1")).status_code == 403
        assert (await ds.client.get("/epg/on_now.json")).status_code == 200


async def test_other_databases_are_left_as_they_are(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "census.db").execute("CREATE TABLE t (x)").connection.close()
    async with serving(tmp_path / "census.db") as ds:
        assert "title" not in await instance_texts(ds)
        assert ds._settings == DEFAULT_SETTINGS
        assert (await ds.client.get("/static/css/base.css")).status_code == 404


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setlimit"), reason="Python 3.10 has no setlimit")
@pytest.mark.parametrize("sql", ["zeroblob(999999999)", "hex(zeroblob(490000000))", "randomblob(999999999)"])
async def test_a_huge_value_is_refused_quickly(guide: Path, sql: str) -> None:
    async with serving(guide) as ds:
        began = time.monotonic()
        answer = await ds.client.get(f"{SQL}.json", params={"sql": f"select length({sql})"})
        assert answer.status_code == 400
        assert answer.json()["error"] == "string or blob too big"
        assert time.monotonic() - began < 5
        # An address is refused before its SQL can be too long for SQLite.
        too_long = await ds.client.get(f"{SQL}.json", params={"sql": "select 1 --" + "x" * 20_001})
        assert too_long.status_code == 414


# What is refused


async def test_a_backup_beside_the_guide(guide: Path) -> None:
    shutil.copy(guide, guide.parent / "backup.db")
    expected = "backup.db is beside epg.db and would be published: move it to another folder"
    assert await refusal(config_dir=guide.parent) == expected
    assert await refusal(guide, guide.parent / "backup.db") == expected


async def test_databases_that_are_welcome(guide: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    sqlite3.connect(tmp_path / "elsewhere" / "census.db").execute("CREATE TABLE t (x)").connection.close()
    async with serving(guide, tmp_path / "elsewhere" / "census.db", memory=True) as ds:
        ds.add_memory_database("scratch")
        assert {"epg", "census", "_memory", "scratch"} <= set(ds.databases)
        assert (await ds.client.get("/")).status_code == 200


@pytest.mark.parametrize("with_guide", [True, False])
async def test_the_secrets(guide: Path, with_guide: bool) -> None:
    secrets = guide.with_suffix(".secrets")
    sqlite3.connect(secrets).execute("CREATE TABLE urls (url)").connection.close()
    assert "epg.secrets holds passwords" in await refusal(*([guide] if with_guide else []), secrets)


async def test_empty_secrets_do_not_become_a_guide(tmp_path: Path) -> None:
    (tmp_path / "epg.secrets").touch()
    assert "epg.secrets holds passwords" in await refusal(tmp_path / "epg.secrets")
    assert (tmp_path / "epg.secrets").stat().st_size == 0


async def test_an_immutable_guide(guide: Path) -> None:
    assert "must not be immutable: start without -i" in await refusal(immutables=[str(guide)])


async def test_a_rollback_journal(guide: Path) -> None:
    conn = sqlite3.connect(guide)
    conn.execute("PRAGMA journal_mode = DELETE")
    conn.close()
    assert (
        await refusal(guide)
        == "epg.db is in journal mode delete: run sqlite3 epg.db 'PRAGMA journal_mode=WAL'"
    )


async def test_what_is_not_a_guide(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "epg.db").execute("CREATE TABLE t (x)").connection.close()
    assert "is not a guide database" in await refusal(tmp_path / "epg.db")


def test_a_guide_by_another_name_is_told(guide: Path, tmp_path: Path) -> None:
    other = tmp_path / "tv guide.db"
    guide.rename(other)
    sqlite3.connect(tmp_path / "notes.db").execute("CREATE TABLE t (x)").connection.close()
    for arguments, told in (([str(other)], True), ([str(tmp_path / "notes.db")], False)):
        result = run(*arguments, "--get", "/", cwd=tmp_path)
        assert result.returncode == 0
        assert (
            "tv guide.db is served without its pages, API and limits, because these belong to a file named epg.db"
            in result.stderr
        ) is told


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    sqlite3.connect(folder / "old.sqlite").execute("CREATE TABLE t (x)").connection.close()
    result = run(".", "--get", "/", cwd=folder)
    assert result.returncode == 1
    assert (
        result.stderr
        == "Error: old.sqlite is beside epg.db and would be published: move it to another folder\n"
    )


# Tokens


def bearer(token: str | bytes) -> dict[str, bytes]:
    return {"Authorization": b"Bearer " + (token if isinstance(token, bytes) else token.encode())}


async def actor(ds: Datasette, token: str) -> Any:
    """The actor of a token; None if the token is not valid."""
    answer = await ds.client.get("/-/actor.json", headers=bearer(token))
    assert answer.status_code == 200
    return answer.json()["actor"]


async def test_a_good_token(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    async with serving(guide) as ds:
        assert await actor(ds, TOKEN) == {"id": "epg-admin"}
        assert await actor(ds, "wrong") is None
        for listed in ("metadata", "config"):
            assert TOKEN not in (await ds.client.get(f"/-/{listed}.json")).text


@pytest.mark.parametrize("token", ["", "None", "anything", TOKEN])
async def test_no_variable_means_no_token_works(guide: Path, token: str) -> None:
    async with serving(guide) as ds:
        assert await actor(ds, token) is None


async def test_an_unset_token_does_not_disturb_another(guide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_TOKEN", TOKEN)
    tokens = [
        {"token": {"$env": "EPG_API_TOKEN"}, "actor": {"id": "epg-admin"}},
        {"token": {"$env": "OTHER_TOKEN"}, "actor": {"id": "other"}},
    ]
    async with serving(guide, metadata={"plugins": {"datasette-auth-tokens": {"tokens": tokens}}}) as ds:
        assert await actor(ds, TOKEN) == {"id": "other"}
        assert await actor(ds, "x") is None


@pytest.mark.parametrize("with_token", [True, False])
async def test_a_token_outside_ascii_is_401(
    guide: Path, monkeypatch: pytest.MonkeyPatch, with_token: bool
) -> None:
    if with_token:
        monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    async with serving(guide) as ds:
        answer = await ds.client.get("/epg.json", headers=bearer(b"\xc3\xa9"))
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("tiny", "is shorter than 16 characters"),
        ("pässword-that-is-long", "has characters outside ASCII"),
        ("a token that is long enough", "has white space in it"),
    ],
)
async def test_a_weak_token(guide: Path, monkeypatch: pytest.MonkeyPatch, token: str, reason: str) -> None:
    monkeypatch.setenv("EPG_API_TOKEN", token)
    line = await refusal(guide)
    assert line.startswith(f"EPG_API_TOKEN {reason}")
    assert not token.strip() or token not in line


async def test_a_token_file(guide: Path, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    entry = {"token": {"$file": str(file)}, "actor": {"id": "filed"}}
    metadata = {"plugins": {"datasette-auth-tokens": {"tokens": [entry]}}}
    file.write_text(TOKEN + "\n", encoding="utf-8")
    assert "a file must not end with a newline" in await refusal(guide, metadata=metadata)
    file.write_text(TOKEN, encoding="utf-8")
    async with serving(guide, metadata=metadata) as ds:
        assert await actor(ds, TOKEN) == {"id": "filed"}


async def test_a_literal_token(guide: Path) -> None:
    entry = {"token": TOKEN, "actor": {"id": "me"}}
    line = await refusal(guide, metadata={"plugins": {"datasette-auth-tokens": {"tokens": [entry]}}})
    assert "a token is written out in metadata, which is public" in line
    assert TOKEN not in line


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = copy_source(tmp_path_factory.mktemp("source"))
    (source / "plugins" / "__pycache__").mkdir()
    (source / "plugins" / "__pycache__" / "epg_guard.pyc").touch()
    return build(source, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_carries_the_bundle(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = set()
    for part in PARTS:
        files = [
            path for path in (ROOT / part).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ]
        wanted |= {str(path.relative_to(ROOT)) for path in files or [ROOT / part]}
    carried = {
        name.removeprefix("epg_ingest/_bundle/") for name in names if name.startswith("epg_ingest/_bundle/")
    }
    assert carried == wanted
    assert "epg_ingest/bundle.py" in names


def test_an_installed_copy_serves_from_any_directory(wheel: Path, guide: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True, timeout=120)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    guide.rename(elsewhere / "epg.db")
    result = run("epg.db", "--get", "/epg/on_now.json?_shape=array", cwd=elsewhere, path=target)
    assert result.returncode == 0, result.stderr
    assert [row["title"] for row in json.loads(result.stdout)] == ["On now"]
    page = run("epg.db", "--get", "/epg", cwd=elsewhere, path=target)
    assert 'class="epg-start"' in page.stdout
    settings = json.loads(run("epg.db", "--get", "/-/settings.json", cwd=elsewhere, path=target).stdout)
    assert {name: settings[name] for name in SETTINGS} == SETTINGS
    # An installed copy and a checkout together: each plugin once.
    (tmp_path / "clone").mkdir()
    clone = copy_bundle(tmp_path / "clone")
    listed = json.loads(run(".", "--get", "/-/plugins.json", cwd=clone, path=target).stdout)
    names = [entry["name"] for entry in listed]
    assert len(names) == len(set(names))
    assert {path.name for path in (ROOT / "plugins").glob("*.py")} <= set(names)

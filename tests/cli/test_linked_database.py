"""A guide that is reached through a link is the same guide: one lock, one file of secrets, one secret of sessions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.cli.main import run
from epg_ingest.core.errors import DatabaseError
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.source import database_of
from epg_ingest.logos.logo_folder import folder_beside
from epg_ingest.pipeline.run import import_lock, import_runs
from epg_ingest.scheduler.scheduler import only_one
from epg_ingest.serve.serve import session_secret
from epg_ingest.settings.settings import load
from epg_ingest.storage.vault import vault_path
from epg_web.base.sessions import EndedSessions

from tests.helpers.support import HOUR, NOON, feed, show

Epg = Callable[..., tuple[int, str, str]]
#: links that are made, each with its target, in a folder that has `real/guide.db`
LINKS: dict[str, list[tuple[str, str]]] = {
    "absolute": [("{here}/real/guide.db", "epg.db")],
    "relative": [("real/guide.db", "epg.db")],
    "a chain": [("real/guide.db", "other.db"), ("other.db", "epg.db")],
    "through a folder": [("real", "folder"), ("folder/guide.db", "epg.db")],
    "of the same folder": [("guide.db", "real/epg.db"), ("real/epg.db", "epg.db")],
}


@pytest.fixture
def epg(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Epg:
    for name in [name for name in os.environ if name.startswith(("EPG_", "DATASETTE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    Path("real").mkdir()

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return (status, *capsys.readouterr())

    return call


@pytest.mark.parametrize("link", LINKS)
def test_one_import_at_a_time_by_either_name(epg: Epg, link: str) -> None:
    assert epg("--db", "real/guide.db", "providers", "add", "p", "http://127.0.0.1:9/CANARY")[0] == 0
    for target, name in LINKS[link]:
        os.symlink(target.format(here=os.getcwd()), name)
    assert "CANARY" in epg("providers", "show", "p", "--reveal")[1]
    for held, other in (("real/guide.db", "epg.db"), ("epg.db", "real/guide.db")):
        with import_lock(held, wait=False):
            assert import_runs(other)
            status, _, err = epg("--db", other, "import", "p", "--no-wait")
            assert status == 1 and "another import into" in err
        with (
            only_one(Path(held)),
            pytest.raises(DatabaseError, match="another scheduler"),
            only_one(Path(other)),
        ):
            pass
    assert session_secret(Path("epg.db")) == session_secret(Path("real/guide.db"))
    for found in (vault_path, folder_beside):
        assert found("epg.db").resolve() == found("real/guide.db").resolve()
    assert EndedSessions("epg.db").path == EndedSessions("real/guide.db").path
    assert not [name for name in os.listdir() if name.startswith("epg.") and name != "epg.db"]
    assert database_of(Configuration(source="epg.db")).samefile("real/guide.db")


def test_a_link_that_leads_to_nothing_yet(epg: Epg) -> None:
    os.symlink("real/guide.db", "epg.db")
    status, _, err = epg("status")
    assert (status, err) == (
        2,
        f"Error: there is no database {Path('real/guide.db').absolute()}; make one with: epg-ingest init\n",
    )
    assert epg("init")[0] == 0
    assert Path("epg.db").is_symlink() and Path("real/guide.db").is_file()
    (status, _, err) = epg("--db", "gone/epg.db", "init")
    assert (status, err) == (1, "Error: the folder gone does not exist; create it first\n")


@pytest.mark.parametrize("target", ["epg.db", "nowhere/guide.db", "real"])
def test_a_link_that_leads_nowhere(epg: Epg, target: str) -> None:
    os.symlink(target, "epg.db")
    for command in (("status",), ("init",), ("import",)):
        status, out, err = epg(*command)
        assert status in (1, 2) and out == "" and err.startswith("Error: ") and err.count("\n") == 1, err


def test_output_and_restore_follow_the_link(epg: Epg) -> None:
    os.symlink("real/guide.db", "epg.db")
    Path("a.xml").write_bytes(feed([show("a", NOON, NOON + HOUR, "News")]))
    assert epg("--config", "none.yaml", "init")[0] == 2
    Path("config.yaml").write_text("retention: {days: none}\n")
    assert epg("import", "--file", "a.xml", "--provider", "p")[0] == 0
    assert epg("backup", "b.backup")[0] == 0
    assert epg("restore", "b.backup", "--yes")[0] == 0
    assert Path("epg.db").is_symlink()
    assert len(json.loads(epg("providers", "list", "--json")[1])) == 1


def test_the_configuration_beside_the_link_or_the_database(epg: Epg, tmp_path: Path) -> None:
    Path("elsewhere").mkdir()
    os.symlink("../real/guide.db", "elsewhere/epg.db")
    flags = {"database.path": "elsewhere/epg.db"}
    Path("real/config.yaml").write_text("server: {port: 1}\n")
    settings = load(flags, None, {})
    assert (settings["server.port"], settings["database.path"]) == (1, str(tmp_path / "real/guide.db"))
    Path("elsewhere/config.yaml").write_text("server: {port: 2}\n")
    assert load(flags, None, {})["server.port"] == 2

"""The installed wheel beside another distribution that has a top-level package `ingest`: neither harms the other."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.helpers.support import HOUR, feed, show
from tests.helpers.wheels import Environment, build, copy_source

pytestmark = pytest.mark.slow
OTHER_PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "other-tool"
version = "1.0"

[project.scripts]
other-tool = "ingest:main"

[tool.hatch.build.targets.wheel]
packages = ["ingest"]
"""
OTHER_CODE = """
def main():
    print("the other tool")
"""
OURS, OTHER = "datasette-epg", "other-tool"
SAID = "the other tool\n"


@pytest.fixture(scope="module")
def our_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(copy_source(tmp_path_factory.mktemp("ours")), tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def other_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("other")
    (source / "pyproject.toml").write_text(OTHER_PROJECT, encoding="utf-8")
    (source / "ingest").mkdir()
    (source / "ingest" / "__init__.py").write_text(OTHER_CODE, encoding="utf-8")
    (source / "ingest" / "cli.py").write_text("raise ImportError('not the command of epg-ingest')\n")
    return build(source, tmp_path_factory.mktemp("other_wheel"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "environment")


def command(environment: Environment, name: str, *arguments: str | Path) -> str:
    return environment.run(environment.folder / "bin" / name, *arguments)


def has(environment: Environment, module: str) -> bool:
    code = f"import importlib.util; print(importlib.util.find_spec({module!r}) is not None)"
    return environment.run("-c", code) == "True\n"


def assert_epg_works(environment: Environment, folder: Path) -> None:
    """The command imports a feed, and Datasette serves the guide with the installed bundle."""
    folder.mkdir()
    now = int(time.time())
    (folder / "tv.xml").write_bytes(feed([show("one", now, now + HOUR, "Opera")], [("one", "One")]))
    database = folder / "epg.db"
    command(environment, "epg-ingest", "--db", database, "init")
    options = ("--file", folder / "tv.xml", "--provider", "uk")
    said = command(environment, "epg-ingest", "--db", database, "import", *options, "--json")
    (row,) = json.loads(said)
    assert (row["status"], row["programs_imported"]) == ("success", 1)
    page = environment.run("-m", "datasette", database, "--get", "/api/v1/channels")
    assert [channel["display_name"] for channel in json.loads(page)] == ["One"]


def test_ours_alone_brings_nothing_called_ingest(environment: Environment, our_wheel: Path) -> None:
    assert not has(environment, "epg_ingest"), "the environment is not empty"
    before = environment.files()
    environment.install(our_wheel)
    assert has(environment, "epg_ingest") and not has(environment, "ingest")
    added = {name.split("site-packages/")[-1].split("/")[0] for name in environment.files() - before}
    assert {name for name in added if not name.endswith(".dist-info")} == {"epg_ingest", "bin"}


@pytest.mark.parametrize("first", [OURS, OTHER])
def test_both_work_and_each_goes_alone(
    environment: Environment, our_wheel: Path, other_wheel: Path, tmp_path: Path, first: str
) -> None:
    """Whichever was installed first, and whichever is removed first."""
    wheels = {OURS: our_wheel, OTHER: other_wheel}
    order = [first, *(wheels.keys() - {first})]
    empty = environment.files()
    environment.install(wheels[order[0]])
    one = environment.files()
    environment.install(wheels[order[1]])
    assert command(environment, "other-tool") == SAID
    assert_epg_works(environment, tmp_path / "both")

    environment.uninstall(order[1])
    assert environment.files() == one
    environment.install(wheels[order[1]])
    environment.uninstall(order[0])
    if order[1] == OURS:
        assert_epg_works(environment, tmp_path / "ours")
        assert not has(environment, "ingest")
    else:
        assert command(environment, "other-tool") == SAID
        assert not has(environment, "epg_ingest")
    environment.uninstall(order[1])
    assert environment.files() == empty

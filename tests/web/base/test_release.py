"""ETags change between releases: the stamp in them follows every file of the code, and the version of `epg_ingest`."""

from __future__ import annotations

import shutil
from pathlib import Path

import epg_ingest
import pytest
from epg_web.base import release

from tests.helpers.datasette_helpers import make_guide, serving

#: the sub-packages, and the folder of the statements
PARTS = {
    "admin",
    "api",
    "base",
    "beside",
    "bounds",
    "exports",
    "host",
    "logos",
    "monitor",
    "pages",
    "search",
    "shell",
    "sql",
    "sql_processes",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of `epg_web`."""
    shutil.copytree(release.PACKAGE, tmp_path / "epg_web", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "epg_web"


def test_the_stamp_is_that_of_the_running_code(package: Path) -> None:
    assert release.PACKAGE.name == "epg_web"
    assert release.code_stamp() == release.stamp_of_files(package, epg_ingest.__version__)


def test_the_stamp_changes_with_every_file(package: Path) -> None:
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".sql"))
    assert {path.relative_to(package).parts[0] for path in files} - {"__init__.py"} == PARTS
    assert package / "api" / "description" / "schemas.py" in files
    stamps = {release.stamp_of_files(package, "1")}
    for count, path in enumerate(files, 2):
        path.write_bytes(path.read_bytes() + b"\n")
        stamps.add(release.stamp_of_files(package, "1"))
        assert len(stamps) == count, f"a change of {path.relative_to(package)} is not seen"


def test_the_stamp_changes_with_the_version_of_epg_ingest(package: Path) -> None:
    assert release.stamp_of_files(package, "0.1.0") != release.stamp_of_files(package, "0.1.1")


def test_nothing_is_in_the_package_that_the_stamp_passes_over(package: Path) -> None:
    """A file of another kind would need a place in the stamp."""
    files = {path.suffix for path in package.rglob("*") if path.is_file()}
    assert files == {f".{kind}" for kind in release.KINDS}


async def test_the_stamp_is_in_the_etag_of_everything_that_has_one(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        for path in (
            "/api/v1/channels",
            "/api/v1/openapi.json",
            "/xmltv.xml",
            "/channels/1.ics",
            "/changes.atom",
        ):
            assert release.code_stamp() in (await ds.client.get(path)).headers["etag"], path


async def test_pages_have_no_etag(tmp_path: Path) -> None:
    """They are made from templates, which are not in the stamp."""
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as ds:
        for path in ("/", "/guide", "/guide/search", "/guide/use", "/-/epg/api"):
            found = await ds.client.get(path)
            assert (found.status_code, found.headers.get("etag")) == (200, None), path

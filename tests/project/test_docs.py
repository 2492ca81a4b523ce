"""What the documents say exists, exists, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT


def parts(package: Path) -> set[str]:
    """Sub-packages and modules directly in a package."""
    found = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    return found - {"__init__"}


@pytest.mark.parametrize(
    ("heading", "folder"),
    [("Layers of `ingest/epg_ingest`", "ingest/epg_ingest"), ("Layers of `plugins/`", "plugins/epg_web")],
)
def test_design_has_a_row_for_each_sub_package(heading: str, folder: str) -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert listed == parts(ROOT / folder) - {"sql"}


def test_design_names_files_that_are_there() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    places = (ROOT, ROOT / "ingest" / "epg_ingest", ROOT / "plugins" / "epg_web")
    for name in re.findall(r"`([\w/.*]+/[\w.*]+\.(?:py|md|yaml))`", text):
        assert any(list(place.glob(name)) for place in places), name


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_decisions_are_dated() -> None:
    """Each record has a date and says what the question was, what was chosen and what that costs."""
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    records = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    assert len(records) > 20
    form = re.compile(
        r"\d{4}-\d\d-\d\d: .{10,}\n\n- Context: .{10,}\n- Choice: .{10,}\n- Cost: .{10,}", re.DOTALL
    )
    for record in records:
        own = record.split("\n## ")[0]
        assert form.match(own) and own.count("\n- ") == 3, own


def test_decisions_are_grouped_by_sub_package() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    packages = parts(ROOT / "ingest" / "epg_ingest") | parts(ROOT / "plugins" / "epg_web")
    groups = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert set(groups) <= packages | {"tests", "project"}
    assert len(groups) == len(set(groups))


def test_documents_name_files_that_are_there() -> None:
    """Paths from the top of the checkout, in any document; `NAME` is for the reader to fill in."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for name in re.findall(
            r"(?<![\w/.])((?:tests|ingest|plugins|benchmarks|deploy)/[\w/.-]+\.\w+)",
            page.read_text(encoding="utf-8"),
        ):
            assert "NAME" in name or (ROOT / name).exists(), f"{page.name} names {name}, which is not there"


def test_pictures_show_where_there_is_no_checkout() -> None:
    """A package index shows the README alone, so its pictures have whole addresses, and each is a file of the project."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    base = "https://raw.githubusercontent.com/datasette-epg/datasette-epg/main/"
    assert pictures and all(picture.startswith(base) for picture in pictures)
    assert all((ROOT / picture.removeprefix(base)).is_file() for picture in pictures)


def test_project_text_names_no_machine() -> None:
    """No absolute path of somebody's machine and no address of a package registry is in a file of the project."""
    pattern = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/|pypi\.org|files\.pythonhosted|registry\.npmjs")
    for path in [*ROOT.glob("*"), *ROOT.glob("*/*"), *ROOT.glob(".ci/*")]:
        if ".git" in path.parts:
            continue
        if path.is_file() and path.suffix in {
            ".md",
            ".py",
            ".toml",
            ".yaml",
            ".txt",
            ".sh",
            ".sql",
            ".json",
            "",
        }:
            if path.name == "test_docs.py" or ".venv" in path.parts:
                continue
            found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path.relative_to(ROOT)}: {found}"

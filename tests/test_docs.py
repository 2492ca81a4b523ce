"""What the documents say exists, exists, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("folder", ["ingest", "plugins", "plugins/epg_web"])
def test_design_lists_every_module(folder: str) -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = text.split(f"## Modules of `{folder}/`")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE))
    present = {path.name for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"}
    assert listed == present


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_decisions_are_dated() -> None:
    lines = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.startswith("- ")]
    assert len(entries) > 20
    assert all(re.match(r"- \d{4}-\d\d-\d\d: .{10,}", line) for line in entries)


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

"""The shape of the source: small folders, one meaning for each name, and sub-packages used through what they offer."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import LONGEST
from tests.helpers.paths import ROOT

INGEST, PLUGINS, TESTS = ROOT / "ingest" / "epg_ingest", ROOT / "plugins", ROOT / "tests"
#: more modules than this in one folder, and nobody finds the right one by its name
MOST_MODULES = 20
#: module names that both halves use, because they show the same thing from two sides
SHARED_MODULES = {
    "mappings": "`guide` stores the mappings of channels, `admin` has the page that edits them",
    "providers": "`guide` stores the providers, `admin` has the pages that edit them",
    "xmltv": "`export` writes the format, `exports` answers requests for it",
}
#: the way of a programme, in the order in which it passes
STEPS = ["download", "unpack", "parse", "stage", "merge"]


class Import(NamedTuple):
    """An import of a module of another sub-package: where it stands and what it names."""

    place: str
    package: str
    module: str


def modules(*folders: Path) -> list[Path]:
    """All Python files below the folders, without `__init__.py`."""
    return sorted(path for folder in folders for path in folder.rglob("*.py") if path.stem != "__init__")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def found_twice(found: Iterator[tuple[str, Path]]) -> dict[str, list[str]]:
    """The names that are in more than one place, with the places."""
    places = defaultdict(list)
    for name, path in found:
        places[name].append(str(path.relative_to(ROOT)))
    return {name: where for name, where in places.items() if len(where) > 1}


def folders() -> list[Path]:
    inside = [path for top in (INGEST, PLUGINS, TESTS) for path in [top, *top.rglob("*")] if path.is_dir()]
    return [path for path in inside if path.name != "__pycache__"]


def test_no_folder_is_crowded() -> None:
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders()}
    assert {name: count for name, count in counts.items() if count > MOST_MODULES} == {}


def test_no_class_name_has_two_meanings() -> None:
    classes = (
        (node.name, path)
        for path in modules(INGEST, PLUGINS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    )
    assert found_twice(classes) == {}


def test_no_module_name_has_two_meanings() -> None:
    found = found_twice((path.stem, path) for path in modules(INGEST, PLUGINS))
    assert found.keys() == SHARED_MODULES.keys(), found
    for name, (ours, theirs) in found.items():
        assert ours.startswith("ingest/") and theirs.startswith("plugins/"), name


def sub_packages() -> list[str]:
    return sorted(path.parent.name for path in INGEST.glob("*/__init__.py"))


def offered(package: str) -> list[str]:
    """The modules in `__all__` of a sub-package; none where it has no `__all__`."""
    for node in parsed(INGEST / package / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return []


def imported(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each import of the package's own modules: its line, and the module as parts below `epg_ingest`."""
    package = list(path.relative_to(INGEST).parent.parts)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] == "epg_ingest":
                    yield node.lineno, name.name.split(".")[1:]
        elif isinstance(node, ast.ImportFrom):
            written = node.module.split(".") if node.module else []
            if node.level:
                base = package[: len(package) + 1 - node.level] + written
            elif written[:1] == ["epg_ingest"]:
                base = written[1:]
            else:
                continue
            # `from ..storage import database` names a module as `from ..storage.database import open_database` does.
            for name in node.names:
                yield node.lineno, base + ([name.name] if len(base) < 2 else [])


def crossing() -> Iterator[Import]:
    """The imports of `epg_ingest` that lead from one sub-package into another."""
    packages = sub_packages()
    for path in modules(INGEST):
        own = path.relative_to(INGEST).parts[0]
        for line, parts in imported(path):
            if parts and parts[0] in packages and parts[0] != own:
                module = parts[1] if len(parts) > 1 else "__init__"
                yield Import(f"{path.relative_to(ROOT)}:{line}", parts[0], module)


def test_the_imports_are_seen() -> None:
    """The test below would pass if it found no imports at all."""
    assert len(list(crossing())) > 100


def test_sub_packages_are_used_through_what_they_offer() -> None:
    hidden = [
        f"{place}: {package} does not offer {module}"
        for place, package, module in crossing()
        if module not in offered(package)
    ]
    assert hidden == []


@pytest.mark.parametrize("package", sub_packages())
def test_what_a_sub_package_offers_is_there_and_in_order(package: str) -> None:
    names = offered(package)
    assert names == sorted(names)
    folders = {path.parent.name for path in (INGEST / package).glob("*/__init__.py")}
    assert set(names) <= {path.stem for path in (INGEST / package).glob("*.py")} | folders


def test_the_package_names_the_steps_in_order() -> None:
    text = ast.get_docstring(parsed(INGEST / "__init__.py")) or ""
    listed = re.findall(r"^    (\w+) {2,}", text, re.MULTILINE)
    assert listed[: len(STEPS)] == STEPS
    assert set(STEPS) <= set(sub_packages())


def test_the_longest_tests_are_there() -> None:
    """A module that has a new name would no longer be started first."""
    assert set(LONGEST) <= {path.stem for path in modules(TESTS)}

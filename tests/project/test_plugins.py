"""What the plugins may use: a few modules of `epg_ingest`, and of each sub-package of `epg_web` what it offers.

import-linter sees the package `epg_web` only. The files `plugins/epg_*.py`, which Datasette executes by their path, are
no package, so these tests read them too.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT

PLUGINS, INGEST = ROOT / "plugins", ROOT / "ingest" / "epg_ingest"
WEB = PLUGINS / "epg_web"
HOOKS = sorted(PLUGINS.glob("epg_*.py"))
#: the short list: what plugins use of `epg_ingest`; `.importlinter` forbids all the rest
ALLOWED = (
    "epg_ingest.changes",
    "epg_ingest.core.errors",
    "epg_ingest.export",
    "epg_ingest.genres",
    "epg_ingest.guide.candidates",
    "epg_ingest.lineup_store.entry_matching",
    "epg_ingest.lineup_store.lineup_rows",
    "epg_ingest.lineup_store.missing_entries",
    "epg_ingest.logos.logo_address",
    "epg_ingest.logos.logo_fetcher",
    "epg_ingest.logos.logo_folder",
    "epg_ingest.logos.logo_state",
    "epg_ingest.rule_store.chosen_sets",
    "epg_ingest.rule_store.trial",
    "epg_ingest.settings.environment",
    "epg_ingest.storage",
    "epg_ingest.watch_store.watch_preview",
)
PREAMBLE = """\
# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))
"""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    """The dotted name of a file below `plugins` or `ingest`."""
    top = PLUGINS if PLUGINS in path.parents else INGEST.parent
    return ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything that a file imports, wherever in the file: modules, and names in modules."""
    package = module_of(path).split(".")
    package = package if path.stem == "__init__" else package[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)


def within(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def forbidden() -> tuple[str, ...]:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return tuple(config["importlinter:contract:plugins"]["forbidden_modules"].split())


def of_ingest(path: Path) -> set[str]:
    """The names in `epg_ingest` that a file imports, apart from the version."""
    names = {name for name in imported(path) if within(name, ("epg_ingest",))}
    return names - {"epg_ingest.__version__"}


def test_imports_of_hook_files_are_seen() -> None:
    assert "epg_ingest.storage.database.open_database" in of_ingest(PLUGINS / "epg_start.py")
    assert "epg_ingest.export.xmltv.xmltv_blocks" in of_ingest(WEB / "exports" / "xmltv_selection.py")


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=module_of)
def test_plugins_use_little_of_epg_ingest(path: Path) -> None:
    for name in of_ingest(path):
        assert within(name, ALLOWED), f"{name} is not on the short list"
        assert not within(name, forbidden()), f".importlinter forbids {name}"


def test_importlinter_forbids_everything_else() -> None:
    """A new module of `epg_ingest` belongs to one of the two lists: `ALLOWED` here, or the contract in `.importlinter`."""
    modules = {module_of(path) for path in INGEST.rglob("*.py") if path.stem != "__init__"}
    assert {name for name in modules if not within(name, ALLOWED + forbidden())} == set()
    assert {name for name in modules if within(name, ALLOWED) and within(name, forbidden())} == set()


@pytest.mark.parametrize("path", HOOKS, ids=module_of)
def test_files_that_use_epg_web_find_it_in_the_same_way(path: Path) -> None:
    uses = any(within(name, ("epg_web",)) for name in imported(path))
    assert path.read_text(encoding="utf-8").count(PREAMBLE) == int(uses)


def offered(package: Path) -> list[str]:
    """The modules in `__all__` of a sub-package."""
    text = (package / "__init__.py").read_text(encoding="utf-8")
    listed = re.search(r"^__all__ = (\[.*?\])", text, re.MULTILINE | re.DOTALL)
    assert listed, f"{package.name} has no __all__"
    names: list[str] = ast.literal_eval(listed[1])
    return names


@pytest.mark.parametrize("package", sorted(path.parent.name for path in WEB.glob("*/__init__.py")))
def test_a_sub_package_offers_what_others_use(package: str) -> None:
    """Others are the other sub-packages, the hook files, and the addresses in `PAGES`."""
    outside = [path for path in (*HOOKS, *WEB.rglob("*.py")) if WEB / package not in path.parents]
    names = {name for path in outside for name in imported(path)}
    names |= {
        f"epg_web.{target}"
        for target in re.findall(
            r'"(\w+(?:\.\w+)+):\w+"', (PLUGINS / "epg_pages.py").read_text(encoding="utf-8")
        )
    }
    used = {
        name.split(".")[2] for name in names if within(name, (f"epg_web.{package}",)) and name.count(".") > 1
    }
    assert offered(WEB / package) == sorted(used)

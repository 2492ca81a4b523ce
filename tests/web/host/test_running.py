"""Which Datasette is good enough, and that nothing outside `epg_web.host` knows which one runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from epg_web.host import requirements, running

from tests.helpers.hosts import configuration_file
from tests.helpers.paths import ROOT

HOST = ROOT / "plugins" / "epg_web" / "host"
#: names that not every Datasette has, and ways to find out which one it is
NAMES = {
    "add_query", "allowed", "canned_queries", "check_visibility", "ensure_permission", "ensure_permissions", "get_actions",
    "get_jinja_environment", "get_metadata", "get_query", "jinja_env", "list_queries", "metadata", "_metadata_local",
    "permission_allowed", "permission_resources_sql", "post_body", "register_actions", "register_permissions", "remove_query",
    "set_instance_metadata", "skip_csrf", "TokenInvalid", "FROM_1_0",
}  # fmt: skip
#: whose attributes are Datasette's
OWNERS = {"datasette", "ds", "request", "pm", "hook", "visit.datasette", "visit.request", "running"}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("0.65", "0.65.1"),
        ("0.65.5", "1.0a41"),
        ("1.0a9", "1.0a41"),
        ("1.0a41", "1.0b1"),
        ("1.0rc1", "1.0"),
        ("1.0", "1.0.1"),
    ],
)
def test_versions_in_their_order(earlier: str, later: str) -> None:
    assert running.release(earlier) < running.release(later)


@pytest.mark.parametrize(
    ("version", "missing", "refusal", "warning"),
    [
        ("0.65.5", [], "", ""), ("1.0a41", [], "", ""),
        ("0.65.4", [], "Datasette 0.65.4 has holes", ""), ("1.0a40", [], "Datasette 1.0a40 has holes", ""),
        ("0.65.6", [], "", "newer than 0.65.5"), ("1.0a42", [], "", "newer than 1.0a41"), ("2.0", [], "", "newer than 1.0a41"),
        ("nightly", [], "", "newer than 1.0a41"),
        ("1.1", ["queries", "limits"], "Datasette 1.1 would leave out limits and queries of the guide: run pip install", ""),
    ],
)  # fmt: skip
def test_the_verdict(version: str, missing: list[str], refusal: str, warning: str) -> None:
    found = running.verdict(version, missing)
    assert (refusal in (found.refusal or "")) and bool(found.refusal) is bool(refusal)
    assert (warning in (found.warning or "")) and bool(found.warning) is bool(warning)
    for line in (found.refusal, found.warning):
        assert line is None or ("\n" not in line and "pip install" in line)


def test_the_datasette_of_these_tests_is_good_enough() -> None:
    assert requirements.judged() == running.VersionVerdict()


def test_what_it_lacks_is_found() -> None:
    needs = [{"queries": lambda: False, "texts": lambda: True}, {"limits": lambda: False}]
    assert running.left_out(needs) == ["queries", "limits"]


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("constraints.txt", running.OLD_LINE[1]), ("constraints-plugins.txt", running.OLD_LINE[1]),
        ("constraints-datasette1.txt", running.NEW_LINE[1]),
    ],
)  # fmt: skip
def test_the_constraints_name_what_is_tested(file: str, version: str) -> None:
    assert f"datasette=={version}" in (ROOT / file).read_text(encoding="utf-8").splitlines()


def test_the_configuration_of_1_0_is_up_to_date() -> None:
    assert configuration_file.FILE.read_text(encoding="utf-8") == configuration_file.document(), (
        "run python -m tests.helpers.hosts.configuration_file"
    )


def sources() -> list[Path]:
    return [
        path
        for top in (ROOT / "plugins", ROOT / "ingest")
        for path in sorted(top.rglob("*.py"))
        if HOST not in path.parents
    ]


def told(path: Path) -> set[str]:
    """What a file says that only one Datasette understands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in NAMES:
            owner = ast.unparse(node.value)
            found |= {f"{owner}.{node.attr}"} if owner in OWNERS else set()
        elif isinstance(node, ast.FunctionDef) and any(
            "hookimpl" in ast.unparse(one) for one in node.decorator_list
        ):
            found |= {node.name} & NAMES
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "datasette":
            found |= {name.name for name in node.names} & {*NAMES, "__version__", "version"}
        elif isinstance(node, ast.ImportFrom) and "host" in (node.module or "").split("."):
            found |= {name.name for name in node.names} & {"FROM_1_0", "running"}
    return found


def test_nothing_else_knows_which_one_runs() -> None:
    assert {str(path.relative_to(ROOT)): told(path) for path in sources() if told(path)} == {}


def test_what_it_looks_for_is_there() -> None:
    """The test above would pass if it found nothing at all."""
    known = set().union(*(told(path) for path in HOST.glob("*.py")))
    assert {"datasette.allowed", "datasette.permission_allowed", "__version__"} <= known


def test_templates_ask_by_what_host_gives_them() -> None:
    for path in sorted((ROOT / "templates").glob("*.html")):
        assert not re.search(r"\b(?:canned|stored)_query\b", path.read_text(encoding="utf-8")), path.name

"""A run says at its end what it skipped and what to install."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT
from tests.helpers.skips import paragraph
from tests.helpers.support import DEBIAN

pytestmark = pytest.mark.slow

TESTS = """
import pytest

def test_one():
    pytest.skip("tv_sort is not installed (Debian: xmltv-util)")

@pytest.mark.skipif(True, reason="no feeds")
def test_two():
    pass

def test_three():
    pytest.importorskip("epg_no_such_module")

@pytest.mark.xfail(reason="expected to fail, so not skipped")
def test_four():
    assert False

def test_five():
    pass
"""
REASONS = ["no feeds", "tv_sort is not installed (Debian: xmltv-util)"]
HOOKS = "from tests.helpers.skips import pytest_addoption, pytest_terminal_summary\n"


def run(folder: Path, *arguments: str) -> str:
    """The output of a pytest run over `TESTS`."""
    (folder / "conftest.py").write_text(HOOKS)
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    (folder / "test_some.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_skips_are_grouped_with_what_to_install() -> None:
    assert paragraph([*REASONS, REASONS[0], "x is not installed (PyPI: b)", "y (PyPI: a[s3])"]) == "\n".join(
        [
            "skipped: 5 tests",
            "     2  no feeds",
            "     1  tv_sort is not installed (Debian: xmltv-util)",
            "     1  x is not installed (PyPI: b)",
            "     1  y (PyPI: a[s3])",
            "to run them: sudo apt-get install xmltv-util",
            "to run them: .venv/bin/python -m pip install a[s3] b",
        ]
    )


def test_no_skip_is_said_too() -> None:
    assert paragraph([]) == "skipped: no test"


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_run_prints_it(tmp_path: Path, processes: tuple[str, ...]) -> None:
    said = run(tmp_path, *processes)
    assert "skipped: 3 tests" in said
    assert "epg_no_such_module is not installed (PyPI: epg_no_such_module)" in said
    assert "sudo apt-get install xmltv-util" in said


def test_two_runs_give_one_paragraph(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "skipped"
    for _ in range(2):
        assert "skipped: " not in run(tmp_path, f"--skipped={file}")
    command = [sys.executable, "-m", "tests.helpers.skips", str(file)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.startswith("skipped: 6 tests\n     2  ")


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed (Debian: make)")
@pytest.mark.parametrize(
    ("target", "runs"), [("test", ["pytest"]), ("test-all", ["pytest", "pytest", "tests.helpers.skips"])]
)
def test_make_prints_it_last(target: str, runs: list[str]) -> None:
    said = subprocess.run(
        ["make", "-n", "-o", "venv", target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert re.findall(r"-m (pytest|tests\.helpers\.skips)", said) == runs
    assert ("--skipped" in said) == (len(runs) > 1)


def test_ci_runs_every_test() -> None:
    assert "make test-all\n" in (ROOT / ".ci" / "run").read_text()


def test_ci_installs_what_tests_require() -> None:
    needed = set(re.findall(r"^need ([\w-]+) ", (ROOT / ".ci" / "run").read_text(), re.MULTILINE))
    assert set(DEBIAN.values()) <= needed

"""What a run skipped, why, and what to install so that it runs: the paragraph at the end of a run.

`tests/conftest.py` takes the hooks from here. A single pytest run prints the paragraph itself. `make test-all` runs pytest
twice with `--skipped FILE`: each run adds its skips to the file, and `python -m tests.helpers.skips FILE` prints one paragraph
for both.

A reason names its remedy at its end: `tv_sort is not installed (Debian: xmltv-util)`, or `(PyPI: pyarrow)`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

REMEDY = re.compile(r"\((Debian|PyPI): ([^)]+)\)")
COMMANDS = {"Debian": "sudo apt-get install", "PyPI": ".venv/bin/python -m pip install"}
#: the reason that `pytest.importorskip` gives
NO_MODULE = re.compile(r"could not import '(\w+)[\w.]*'.*", re.DOTALL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--skipped", metavar="FILE", help="add the reasons of skipped tests to FILE, one on each line"
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Under xdist only the controlling process has a terminal, and it has the reports of all workers."""
    reasons = [reason_of(report) for report in terminalreporter.stats.get("skipped", [])]
    file = config.getoption("--skipped")
    if file is None:
        terminalreporter.write_line(paragraph(reasons))
        return
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a", encoding="utf-8") as lines:
        lines.writelines(f"{reason}\n" for reason in reasons)


def reason_of(report: pytest.TestReport) -> str:
    """Why a test was skipped, on one line."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    text = NO_MODULE.sub(r"\1 is not installed (PyPI: \1)", text.removeprefix("Skipped: "))
    return " ".join(text.split())


def paragraph(reasons: Iterable[str]) -> str:
    """The skips grouped by reason, the most frequent first, and the commands that install what is missing."""
    counts = Counter(reasons)
    if not counts:
        return "skipped: no test"
    total = sum(counts.values())
    lines = [f"skipped: {total} test{'s' if total > 1 else ''}"]
    lines += [f"  {count:4}  {reason}" for reason, count in counts.most_common()]
    missing = [found for reason in counts for found in REMEDY.findall(reason)]
    for kind, command in COMMANDS.items():
        if packages := sorted({package for found, package in missing if found == kind}):
            lines.append(f"to run them: {command} {' '.join(packages)}")
    return "\n".join(lines)


def main(file: str) -> None:
    """Print the paragraph for the reasons in a file, which is not there when no run came to its end."""
    path = Path(file)
    print(paragraph(path.read_text(encoding="utf-8").splitlines()) if path.exists() else "skipped: unknown")


if __name__ == "__main__":
    main(*sys.argv[1:])

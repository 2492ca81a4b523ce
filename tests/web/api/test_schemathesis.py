"""Thousands of requests made from the description, to a real server: no 5xx, no answer that is not described.

Runs of the program schemathesis, always the same requests: a stranger at every address; the trigger with a token,
while the only providers are those of the test, whose feeds nobody serves; every other address with a token.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.helpers.example_guide import TOKEN, bundle, server
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

CONFIG = ROOT / "tests" / "helpers" / "programs" / "schemathesis.toml"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance",
    "ignored_auth",
)  # fmt: skip
WITH_TOKEN = ("--header", f"Authorization: Bearer {TOKEN}")
#: it sends many wrong tokens, and all from one address
MANY_GUESSES = "from epg_web.bounds import guesses\n\nguesses.GUESSES = 1_000_000\n"
#: Fuzzing makes a tenth of the requests and takes half of the time, so it comes for what starts work only: a stranger's writes
#: are refused before they are read; his reads, and writes with a token, are covered value by value.
PHASES, FUZZING = ("--phases", "examples,coverage"), ("--phases", "examples,coverage,fuzzing")
READS = ("--include-method", "GET", "--include-path-regex", "^/api/")
WRITES = ("--exclude-method", "GET", "--include-path-regex", "^/api/")
#: operations that start work in another process
STARTING = ("import_trigger", "lineup_refresh")


def option(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for value in values for text in (name, value))


#: options, and at least so many requests
RUNS: dict[str, tuple[tuple[str, ...], int]] = {
    "stranger": ((*PHASES, "--include-method", "GET"), 1000),
    "stranger who writes": (("--phases", "examples", "--exclude-method", "GET"), 30),
    "trigger": ((*FUZZING, *WITH_TOKEN, *option("--include-operation-id", STARTING)), 30),
    # Fuzzing deletes what the guide has, which /health reports with a 503 as it should. What starts work comes apart: a refresh
    # would ask the addresses that other requests have made up.
    "token": ((*PHASES, *WITH_TOKEN, *option("--exclude-operation-id", STARTING), *WRITES), 1000),
    "token that reads": (("--phases", "examples", *WITH_TOKEN, *READS), 40),
}


def generated(address: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """One run of schemathesis, in `folder`, where it leaves its files."""
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "--no-color",
        "run", f"{address}/api/v1/openapi.json", "--url", address,
        "--checks", ",".join(CHECKS), "--max-examples", "2", "--generation-deterministic", *options,
    ]  # fmt: skip
    # Its plugins are found by name.
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(ROOT / "tests" / "helpers" / "programs"),
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=480
    )


def answered(address: str) -> dict[str, int]:
    """How many requests the server has answered, by status."""
    found: dict[str, int] = {}
    text = requests.get(f"{address}/metrics", timeout=10).text
    for status, count in re.findall(
        r'^epg_http_requests_total\{.*status="(\d+)".*\} ([\d.e+]+)$', text, re.MULTILINE
    ):
        found[status] = found.get(status, 0) + int(float(count))
    return found


def test_every_answer_is_one_of_those_described(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "work").mkdir()
    log = tmp_path / "server.log"
    counted = {}
    folder = bundle(tmp_path / "bundle")
    (folder / "plugins" / "many_guesses.py").write_text(MANY_GUESSES, encoding="utf-8")
    with server(folder, log) as address:
        for name, (options, _) in RUNS.items():
            before = sum(answered(address).values())
            done = generated(address, tmp_path / "work", *options)
            assert done.returncode == 0, f"{name}: {done.stdout[-8000:]}{done.stderr[-2000:]}"
            counted[name] = sum(answered(address).values()) - before
        statuses = answered(address)
    assert {name: counted[name] for name, (_, least) in RUNS.items() if counted[name] < least} == {}
    assert sum(counted.values()) >= 2000
    assert "500" not in statuses
    # Requests that were all refused would say little.
    assert {"200", "201", "202", "204", "400", "401", "404", "405", "409", "415"} <= set(statuses)
    assert "Traceback" not in log.read_text(errors="replace")
    assert TOKEN not in log.read_text(errors="replace")

"""The manual page and the completion scripts are those of the present commands, and work."""

from __future__ import annotations

import os
import subprocess
import sys
from shutil import which

import pytest
from epg_ingest.cli.asking.shipped import FILES, made
from epg_ingest.cli.main import COMMANDS, cli

from tests.helpers.paths import PYTHONPATH, ROOT
from tests.helpers.support import require

SHARE = ROOT / "deploy" / "share"


@pytest.mark.parametrize("kind", FILES)
def test_the_files_are_up_to_date(kind: str) -> None:
    """Else run: python -m epg_ingest.cli.asking.shipped deploy/share"""
    assert (SHARE / FILES[kind]).read_text(encoding="utf-8") == made(kind)


def test_they_are_in_the_wheel() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert '[tool.hatch.build.targets.wheel.shared-data]\n"deploy/share" = "share"\n' in text


def test_the_manual_page_names_every_command_and_option() -> None:
    text = made("man").replace("\\-", "-")
    for name in COMMANDS:
        assert f"\n.SS epg-ingest {name}" in text
    assert all(option in text for param in cli.params for option in param.opts)


def test_man_reads_the_page() -> None:
    require(which("man") or which("groff"), "neither man nor groff is installed (Debian: groff-base)")
    command = ["groff", "-man", "-Tutf8", "-ww"] if which("groff") else ["man", "--warnings", "-l"]
    done = subprocess.run([*command, str(SHARE / FILES["man"])], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "epg-ingest" in done.stdout.replace("‐", "-").replace("−", "-")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("epg-ingest sta", "status"),
        ("epg-ingest providers re", "remove"),
        ("epg-ingest status --ch", "--check"),
    ],
)
def test_bash_completes(words: str, wanted: str) -> None:
    environ = {
        **os.environ, "PYTHONPATH": PYTHONPATH, "_EPG_INGEST_COMPLETE": "bash_complete", "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.cli"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert wanted in [line.partition(",")[2] for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_command_prints_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    from epg_ingest.cli.main import run

    assert run(["completion", shell]) == 0
    assert capsys.readouterr().out == made(shell)

"""`epg-ingest --version` says everything that a bug report needs, and loads nothing for it."""

from __future__ import annotations

import platform
import sqlite3
import subprocess
import sys
from importlib.metadata import version

from epg_ingest import __version__

from tests.helpers.paths import ROOT


def test_the_versions_are_two_lines() -> None:
    code = (
        "import sys; from epg_ingest.cli.main import run; status = run(['--version']);"
        "print([n for n in ('lxml', 'datasette', 'sqlite_utils') if n in sys.modules], status, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == (
        f"datasette-epg {__version__}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, sqlite-utils {version('sqlite-utils')}, "
        f"Datasette {version('datasette')}, lxml {version('lxml')}\n"
    )
    assert done.stderr == "[] 0\n"

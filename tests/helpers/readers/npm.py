"""The readers that npm has, installed from `tests/readers/package-lock.json` once for each run."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.helpers.paths import TESTS
from tests.helpers.readers.reading import Reading
from tests.helpers.support import require, require_program

PACKAGES = ("@iptv/xmltv", "epg-parser")
FILES = ("package.json", "package-lock.json", "read.mjs")


@cache
def installed() -> Path:
    """A folder with the packages. Skips the test where npm is missing or has no way to get them."""
    npm = require_program("npm")
    folder = Path(mkdtemp(prefix="epg-readers-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in FILES:
        shutil.copy(TESTS / "readers" / name, folder)
    command = [npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    require(
        ran.returncode == 0,
        f"npm cannot install the readers: {' '.join(ran.stderr.split())[:300]} (Debian: npm)",
    )
    return folder


def read(package: str, path: Path) -> Reading:
    """What a package reads. Raises `subprocess.CalledProcessError` for a document that it refuses."""
    node = require_program("node")
    ran = subprocess.run(
        [node, "--max-old-space-size=8000", "read.mjs", package, str(path.resolve())],
        cwd=installed(), capture_output=True, timeout=600, check=True,
    )  # fmt: skip
    found = Reading()
    for line in ran.stdout.splitlines():
        kind, ident, start, fields = json.loads(line)
        if kind == "channel":
            found.channel(ident or "", _values(fields))
        elif start is not None:
            found.programme(ident or "", int(start), _values(fields))
    return found


def _values(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """Each entry of a list as a value of its own; so is each person of the credits."""
    found = {**fields, **{f"credits.{kind}": people for kind, people in fields.pop("credits", {}).items()}}
    found.pop("credits", None)
    return [
        (name, one)
        for name, value in found.items()
        for one in (value if isinstance(value, list) else [value])
    ]

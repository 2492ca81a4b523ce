"""`tv_grab_datasette_epg` as a program in the path."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lxml import etree

from tests.helpers.paths import PYTHONPATH


def environment(site: Path, home: Path) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": PYTHONPATH, "HOME": str(home), "EPG_DATABASE_PATH": str(site / "epg.db"),
        "PATH": f"{site / 'bin'}:{os.environ.get('PATH', os.defpath)}",
    }  # fmt: skip


class Grabber:
    def __init__(self, site: Path, home: Path) -> None:
        self.site, self.home = site, home

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["tv_grab_datasette_epg", *arguments], input=text, capture_output=True, text=True, timeout=120, check=False,
            env=environment(self.site, self.home), cwd=self.home,
        )  # fmt: skip

    def grab(self, *arguments: str) -> etree._Element:
        ran = self.run("--quiet", *arguments)
        assert (ran.returncode, ran.stderr) == (0, "")
        return etree.fromstring(ran.stdout.encode())


def starts(document: etree._Element) -> list[tuple[str, str]]:
    return [(each.get("channel", ""), each.get("start", "")) for each in document.iter("programme")]

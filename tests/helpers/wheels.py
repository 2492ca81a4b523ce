"""Wheels built without network, and virtual environments to install them into."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import datasette

from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.paths import ROOT

#: what an environment does not borrow: this project, also what an editable install of an old version has left behind
OURS = ("datasette_epg", "epg_ingest", "ingest")


def build(source: Path, target: Path) -> Path:
    """The wheel of the project in `source`, made by hatchling in the folder `target`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (wheel,) = target.glob("*.whl")
    return wheel


def copy_source(folder: Path) -> Path:
    """What our wheel is built from, in an empty folder, so that nothing else in the checkout gets in its way."""
    copy_bundle(folder)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "README.md").write_text("# datasette-epg\n", encoding="utf-8")
    shutil.copytree(ROOT / "ingest", folder / "ingest", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


class Environment:
    """A virtual environment in `folder` with the dependencies of the running one, and without this project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, with_pip=False)
        self.python = folder / "bin" / "python"
        (self.packages,) = folder.glob("lib/python*/site-packages")
        self._borrow()

    def _borrow(self) -> None:
        """Link each installed package into a folder that a .pth file puts on the path."""
        borrowed = self.folder / "borrowed"
        borrowed.mkdir()
        for entry in Path(datasette.__file__).parents[1].iterdir():
            if not entry.name.startswith(OURS) and entry.suffix != ".pth":
                (borrowed / entry.name).symlink_to(entry)
        (self.packages / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")

    def run(self, *arguments: str | Path) -> str:
        """What its Python prints. `-I` keeps PYTHONPATH and the working folder out. Fails with the error output."""
        command = [self.python, "-I", *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def install(self, wheel: Path) -> None:
        self.run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)

    def uninstall(self, name: str) -> None:
        self.run("-m", "pip", "uninstall", "--quiet", "--yes", name)

    def files(self) -> set[str]:
        """Everything installed, below its site-packages and in its folder of commands; no compiled files."""
        inside = [*self.packages.rglob("*"), *(self.folder / "bin").iterdir()]
        found = {str(path.relative_to(self.folder)) for path in inside if path.is_file()}
        return {name for name in found if "__pycache__" not in name}

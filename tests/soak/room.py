"""The file system of a soak, which can fill up, and what is measured on it and on the server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.serve_process import Served

ROOM = "400m"


@contextmanager
def room(folder: Path) -> Iterator[Path]:
    """A file system of its own, of 400 MB, where this process may mount one (root); else a plain folder."""
    if os.geteuid() != 0:
        yield folder
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path | None:
    """Fill the file system of the folder but for some kilobytes. None where it is not one of its own."""
    if not os.path.ismount(folder):
        return None
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                continue
    return filler


def memory(site: Served) -> int:
    """Bytes of memory of the service: its share of what its processes have (PSS), none counted twice."""
    total = 0
    for pid in (site.process.pid, *site.children()):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it ended meanwhile
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total

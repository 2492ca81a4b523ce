"""Programs that anyone can install, reading the feed that an import reads: what the time of an import is compared with.

    apt-get install xmltv-util                                          tv_cat, tv_sort (Perl)
    npm install --prefix benchmarks/peers @iptv/xmltv epg-parser        two parsers for Node.js
    pip install py-xmltv                                                a parser for Python

Each reads a plain file. A program that is not installed is left out. The parsers only parse: they store nothing.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_MODULES = HERE / "peers" / "node_modules"
_NODE = {
    "@iptv/xmltv": "import {parseXmltv} from '@iptv/xmltv'; const read = (text) => parseXmltv(text).programmes.length",
    "epg-parser": "import parser from 'epg-parser'; const read = (text) => parser.parse(text).programs.length",
}
_READ = "import fs from 'fs'; %s; console.log(read(fs.readFileSync(process.argv[1], 'utf-8')))"
_PY_XMLTV = """
import pathlib, sys
from xmltv.models import Tv
from xsdata.formats.dataclass.parsers import XmlParser
print(len(XmlParser().from_path(pathlib.Path(sys.argv[1]), Tv).programme))
"""


@dataclass(frozen=True)
class Peer:
    """A program to compare with. The path of the feed is appended to `command`, which runs in `folder` (None = anywhere)."""

    name: str
    command: tuple[str, ...]
    folder: Path | None = None


def installed() -> Iterator[Peer]:
    """The peers that are on this machine."""
    for name in ("tv_cat", "tv_sort"):
        if path := shutil.which(name):
            yield Peer(f"{name} (Perl, reads and writes)", (path, "--output", "/dev/null"))
    for package, program in _NODE.items():
        node = shutil.which("node")
        if node and (NODE_MODULES / package).is_dir():
            script = ("--max-old-space-size=8192", "--input-type=module", "-e", _READ % program)
            yield Peer(f"{package} (Node.js, parses)", (node, *script), HERE / "peers")
    if find_spec("xmltv"):
        yield Peer("py-xmltv (Python, parses)", (sys.executable, "-c", _PY_XMLTV))

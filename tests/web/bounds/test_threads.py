"""Threads of a server take short turns; other programs are left alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from epg_web.bounds import threads

from tests.helpers.datasette_helpers import copy_bundle, serving
from tests.helpers.webprocess import web_process

TELLING = """
import sys
from datasette import Response, hookimpl

@hookimpl
def register_routes():
    return [(r"^/-/turn$", lambda: Response.json({"seconds": sys.getswitchinterval()}))]
"""


def test_a_server(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    (folder / "plugins" / "telling.py").write_text(TELLING, encoding="utf-8")
    with web_process(folder) as web:
        assert json.loads(web.ask("/-/turn").body)["seconds"] == pytest.approx(threads.TURN)


async def test_a_program_that_has_a_datasette_in_it(tmp_path: Path) -> None:
    before = sys.getswitchinterval()
    async with serving(config_dir=copy_bundle(tmp_path)):
        assert sys.getswitchinterval() == before

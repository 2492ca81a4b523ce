"""A server's garbage collector does not look through what was loaded at the start; other programs are left alone."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.serve import serve_worker
from epg_ingest.settings.settings import load

from tests.helpers.datasette_helpers import copy_bundle, serving
from tests.helpers.webprocess import web_process

#: a page that tells what this process has frozen
TELLING = """
import gc
from datasette import Response, hookimpl

@hookimpl
def register_routes():
    return [(r"^/-/frozen$", lambda: Response.json({"frozen": gc.get_freeze_count(), "others": len(gc.get_objects())}))]
"""


@pytest.mark.slow
def test_datasette_serve(tmp_path: Path) -> None:
    folder = copy_bundle(tmp_path)
    (folder / "plugins" / "telling.py").write_text(TELLING)
    with web_process(folder) as web:
        told = json.loads(web.ask("/-/frozen").body)
    assert told["frozen"] > 4 * told["others"]


def test_a_worker_of_epg_ingest_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    class Server:
        def __init__(self, config: Any, ready: Any) -> None:
            self.ready = ready

        def run(self, sockets: Any) -> None:
            self.ready()

    class Parent:
        def ready(self) -> None:
            events.append("ready")

        def stop_with_it(self) -> None:
            pass

    monkeypatch.setattr(serve_worker, "Server", Server)
    monkeypatch.setattr("socket.socket", lambda fileno: None)
    monkeypatch.setattr(gc, "freeze", lambda: events.append("frozen"))
    monkeypatch.setattr("sys.setswitchinterval", lambda seconds: events.append("short turns"))
    serve_worker.serve(Parent(), load({}), None, 0)  # type: ignore[arg-type]
    assert events == ["frozen", "short turns", "ready"]


async def test_a_program_that_has_a_datasette_in_it(tmp_path: Path) -> None:
    before = gc.get_freeze_count()
    async with serving(config_dir=copy_bundle(tmp_path)):
        # None is added. Frozen ones may go: the test run freezes its own.
        assert gc.get_freeze_count() <= before

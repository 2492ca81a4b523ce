"""SQL of visitors to databases that are served beside the guide has the same bounds."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator

import pytest

from tests.helpers.datasette_helpers import make_guide
from tests.helpers.webprocess import Reply, Web, web_process
from tests.web.sql_processes.test_visitor_sql import LONG, ask

#: databases that are served beside the guide: of another folder, one that does not change, one in memory that sees all
OTHERS = ("other", "fixed", "_memory")


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """`datasette epg.db ELSEWHERE/other.db -i ELSEWHERE/fixed.db --crossdb`."""
    folder = tmp_path_factory.mktemp("beside") / "bundle"
    elsewhere = folder.parent / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    make_guide(folder / "epg.db").close()
    for name in ("other", "fixed"):
        with contextlib.closing(sqlite3.connect(elsewhere / f"{name}.db")) as conn:
            conn.execute("CREATE TABLE films AS SELECT 'Dune' AS title")
            conn.commit()
    more = (str(elsewhere / "other.db"), "-i", str(elsewhere / "fixed.db"), "--crossdb")
    with web_process(folder / "epg.db", *more) as running:
        yield running


@pytest.mark.parametrize("name", OTHERS)
def test_other_databases_are_bounded_too(beside: Web, name: str) -> None:
    """A statement of minutes on one of them held a thread that the SQL pages of the guide need."""
    assert ask(beside, LONG["instr"], name).status == 400
    table = "[other].films" if name == "_memory" else "films"
    assert json.loads(ask(beside, f"select title from {table}", name).body)["rows"] == [["Dune"]]


def test_the_places_are_those_of_all_databases(beside: Web) -> None:
    answers: list[Reply] = []
    threads = [
        threading.Thread(target=lambda name=name: answers.append(ask(beside, LONG["endless"], name)))
        for name in (*OTHERS, "epg") * 10
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each database alone would have answered its ten within the two seconds that they may wait.
    assert {answer.status for answer in answers} == {400, 503}

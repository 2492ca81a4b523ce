"""SQL of visitors runs in processes of its own: held to its time and memory whatever it computes, and so many at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.helpers.datasette_helpers import copy_bundle, make_guide
from tests.helpers.hosts.either_datasette import SQL
from tests.helpers.webprocess import Reply, Web, web_process

TOKEN = "a-token-that-is-long-enough"
A, B = "printf('%.*c', 4000000, 'a')", "printf('%.*c', 2000000, 'a')"
#: minutes in one step of SQLite each, or in many steps between which it does not look at the clock
LONG = {
    "instr": "select instr(zeroblob(4000000), zeroblob(2000000) || x'01')",
    "instr of texts": f"select instr({A}, {B} || 'b')",
    "replace": f"select length(replace({A}, {B} || 'b', 'c'))",
    "trim": f"select length(trim({A}, printf('%.*c', 300000, 'b') || 'a'))",
    "like": f"select {A} like '%' || printf('%.*c', 40000, 'a') || 'b'",
    "glob": f"select {A} glob '*' || printf('%.*c', 40000, 'a') || 'b'",
    "one after the other": "with v(x) as materialized (select printf('%.*c', 7900000, 'a')) select "
    + "+".join("length(upper(x))" for _ in range(260))
    + " from v",
    "window": "with recursive c(n) as (select 1 union all select n + 1 from c limit 4000) select length(max(g)) from "
    "(select group_concat(printf('%.*c', 4000, 'a')) over (rows between 1900 preceding and current row) g from c)",
    "endless": "with recursive c(x) as (select 1 union all select x + 1 from c) select sum(x) from c",
    "sorted": "with recursive c(x) as (select 1 union all select x + 1 from c limit 9000000) "
    "select x from c order by -x % 1000003",
}  # fmt: skip
#: more than a small machine has
LARGE = {
    "one value": "select hex(zeroblob(490000000))",
    "rows": "with recursive c(x) as (select 1 union all select x + 1 from c limit 900) select zeroblob(1000000) from c",
    "sum of values": "with recursive c(x) as (select 1 union all select x + 1 from c limit 9000) "
    "select json_group_array(printf('%.*c', 90000, 'a')) from c",
    "table in memory": "with c(x) as materialized (with recursive d(n) as (select 1 union all select n + 1 from d limit 900) "
    "select zeroblob(900000) from d) select count(distinct x) from c, c as e",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("visitors") / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    make_guide(folder / "epg.db").close()
    with web_process(folder, EPG_API_TOKEN=TOKEN) as running:
        yield running


def ask(web: Web, statement: str, database: str = "epg") -> Reply:
    return web.ask(f"{SQL.replace('/epg', f'/{database}')}.json?_shape=arrays&sql={quote(statement)}")


def children(pid: int) -> list[int]:
    """The processes that this process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def forker(web: Web) -> int:
    (found,) = (
        pid for pid in children(web.process.pid) if b"forker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return found


def high_water(pid: int) -> int:
    """Bytes of memory at their highest."""
    (line,) = (
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("name", LONG)
def test_a_statement_ends_with_its_time(web: Web, name: str) -> None:
    answer = ask(web, LONG[name])
    assert answer.status == 400
    assert "took too long" in answer.text or "out of memory" in answer.text
    assert ask(web, "select 1").status == 200


@pytest.mark.parametrize("name", LARGE)
def test_a_statement_has_little_memory(web: Web, name: str) -> None:
    ask(web, "select 1")
    before = high_water(web.process.pid)
    answer = ask(web, LARGE[name])
    assert answer.status == 400
    assert high_water(web.process.pid) - before < 64_000_000
    assert ask(web, "select 1").status == 200


def test_so_many_at_once(web: Web) -> None:
    answers: list[Reply] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(web, LONG["instr"]))) for _ in range(40)]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, len(children(forker(web))))
        time.sleep(0.01)
    statuses = Counter(answer.status for answer in answers)
    assert statuses.keys() == {400, 503}
    assert all(answer.headers["retry-after"] == "5" for answer in answers if answer.status == 503)
    # Three at once, and those that the kernel is just ending.
    assert 0 < most <= 6


def test_other_pages_need_no_place(web: Web) -> None:
    threads = [threading.Thread(target=ask, args=(web, LONG["endless"])) for _ in range(20)]
    for thread in threads:
        thread.start()
    for path in ("/", "/guide", "/api/v1/now", "/health", "/-/epg/api"):
        assert web.ask(path).status in (200, 503 if path == "/health" else 200)
    for thread in threads:
        thread.join()


def test_processes_know_no_secrets(web: Web) -> None:
    ask(web, "select 1")
    for pid in (forker(web), *children(forker(web))):
        assert TOKEN.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_process_that_ended_is_replaced(web: Web) -> None:
    ask(web, "select 1")
    for pid in children(forker(web)):
        os.kill(pid, signal.SIGKILL)
    assert ask(web, "select 2").status == 200
    os.kill(forker(web), signal.SIGKILL)
    # The idle processes are used up first; then a new forker has to make one.
    answers = [
        ask(web, statement).status for statement in (LONG["instr"], LONG["instr"], LONG["instr"], "select 3")
    ]
    assert answers == [400, 400, 400, 200]


def test_the_server_stops_while_statements_run(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    make_guide(folder / "epg.db").close()
    with web_process(folder) as web:
        ask(web, "select 1")
        started = forker(web)
        threads = [threading.Thread(target=unheard, args=(web,), daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        web.process.terminate()
        web.process.wait(20)
    end = time.monotonic() + 20
    while Path(f"/proc/{started}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{started}").exists()


def unheard(web: Web) -> None:
    with contextlib.suppress(OSError):
        ask(web, LONG["instr"])


def test_functions_of_other_plugins_work(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    copy_bundle(folder)
    make_guide(folder / "epg.db").close()
    (folder / "plugins" / "twice.py").write_text(
        "from datasette import hookimpl\n\n\n@hookimpl\ndef prepare_connection(conn, database, datasette):\n"
        "    conn.create_function('twice', 1, lambda x: f'{x}{x} {database}')\n",
        encoding="utf-8",
    )
    with web_process(folder) as web:
        assert json.loads(ask(web, "select twice('a')").body)["rows"] == [["aa epg"]]
        assert ask(web, LONG["instr"]).status == 400
        assert json.loads(ask(web, "select twice('a'), file from pragma_database_list").body)["rows"] == [
            ["aa epg", None]
        ]


def test_every_kind_of_value_arrives(web: Web) -> None:
    found = json.loads(
        ask(web, "select 1, -9223372036854775808, 2.5, null, 'é', x'00ff', cast(x'ff41' as text)").body
    )
    assert found["rows"] == [[1, -(2**63), 2.5, None, "é", {"$base64": True, "encoded": "AP8="}, "\ufffdA"]]
    assert found["truncated"] is False


def test_errors_stay_what_they_were(web: Web) -> None:
    for statement, said in (
        ("select nope", "no such column: nope"),
        ("select * from nope", "no such table: nope"),
        ("select 1; select 2", ""),
        ("select :a", ""),
        ("select abs(-9223372036854775808)", "integer overflow"),
        ("select json('nope')", "malformed JSON"),
        ("select FTS3_Tokenizer('simple')", "not authorized"),
    ):
        answer = ask(web, statement)
        assert answer.status == (200 if statement == "select :a" else 400), statement
        assert said in answer.text


def test_writes_are_refused(web: Web) -> None:
    before = web.folder.joinpath("epg.db").read_bytes()
    for statement in (
        "with x as (select 1) delete from channels",
        "with x as (select 1) insert into groups(name) select 1",
    ):
        assert ask(web, statement).status == 400
    assert sqlite3.connect(web.folder / "epg.db").execute("select count(*) from channels").fetchone() == (3,)
    assert web.folder.joinpath("epg.db").read_bytes() == before

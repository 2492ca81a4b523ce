"""The benchmark of the API measures what it claims, and a complete run works with tiny guides."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import web, web_load, web_scaling, web_servers
from benchmarks.web_data import COMMON, RARE, Guide, Size, guide
from benchmarks.web_load import Load, Wrong, body_length
from benchmarks.web_servers import Server, ServerError

pytestmark = pytest.mark.slow

TINY = Size(channels=10, each=40)
MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    return guide(TINY, tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def ours(made: Guide) -> Iterator[Server]:
    with web_servers.running("guide", web_servers.guide(), made.folder, None, day(made)) as server:
        yield server


@pytest.fixture(scope="module")
def flask(made: Guide) -> Iterator[Server]:
    with web_servers.running("flask", web_servers.flask(), made.folder, None, day(made)) as server:
        yield server


@pytest.fixture(scope="module")
def hello(made: Guide) -> Iterator[Server]:
    with web_servers.running("hello", web_servers.hello(), made.folder, None, "/") as server:
        yield server


def day(made: Guide, channel: int = 1) -> str:
    return f"/api/v1/channels/{channel}/programs?start={made.at(-2)}&end={made.at(22)}"


def stored(made: Guide, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(made.database)) as db:
        return db.execute(sql).fetchall()


ROWS = "SELECT channel_id, start_time, end_time FROM programs ORDER BY id"


def test_a_guide_is_as_large_as_asked_and_has_no_holes(made: Guide) -> None:
    rows = stored(made, ROWS)
    assert len(rows) == 400 and len({row[0] for row in rows}) == 10
    assert rows == sorted(rows)
    assert all(one[2] == two[1] for one, two in pairwise(rows) if one[0] == two[0])
    for channel in range(1, 11):
        own = [row for row in rows if row[0] == channel]
        assert str(own[0][1]) < made.at(0) < str(own[-1][2])


def test_the_longest_programme_is_kept(made: Guide) -> None:
    (longest,) = stored(made, "SELECT max(unixepoch(end_time) - unixepoch(start_time)) FROM programs")
    assert stored(made, "SELECT longest_seconds FROM generation") == [longest]


def test_words_are_as_frequent_as_they_say(made: Guide) -> None:
    count = "SELECT count(*) FROM contents_fts WHERE contents_fts MATCH '{}'"
    assert stored(made, count.format(RARE[3])) == [(20,)]
    assert 60 < int(str(stored(made, count.format(COMMON))[0][0])) < 140


def test_a_guide_is_made_once_a_week(tmp_path: Path) -> None:
    size = Size(2, 5)
    first = guide(size, tmp_path, MONDAY)
    inode = first.database.stat().st_ino
    assert guide(size, tmp_path, date(2026, 11, 22)) == first
    assert first.database.stat().st_ino == inode
    rows = stored(first, ROWS)
    later = guide(size, tmp_path, date(2026, 11, 23))
    assert later.centre > first.centre and not first.folder.exists()
    assert [row[0] for row in stored(later, ROWS)] == [row[0] for row in rows]
    assert sorted(path.name for path in tmp_path.iterdir()) == [later.folder.name]


def test_each_cold_request_is_a_second_later() -> None:
    requests = web_load.Requests(Load(1, "/x?start={start}&end={end}", 1, start="2026-11-16T23:59:59Z"))
    lines = [requests.next().split(b" ")[1] for _ in range(2)]
    assert lines == [
        b"/x?start=2026-11-16T23:59:59Z&end=2026-11-17T23:59:59Z",
        b"/x?start=2026-11-17T00:00:00Z&end=2026-11-18T00:00:00Z",
    ]


@pytest.mark.parametrize(
    "head, length",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\nX: y", 17),
        (b"HTTP/1.1 200 OK\r\nX: y\r\ncontent-length: 5", 5),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", -1),
        (b"HTTP/1.1 304 Not Modified\r\netag: x", 0),
    ],
)
def test_length_of_a_body(head: bytes, length: int) -> None:
    assert body_length(head) == length


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [CHUNKED + b"5\r\nhello\r\n0\r\n\r\n"],
        [CHUNKED[:20], CHUNKED[20:], b"5\r\nhello\r\n0", b"\r\n\r", b"\n"],
        [CHUNKED, b"0\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", b"\r\nhe", b"llo"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    ],
)
async def test_answers_in_any_pieces_are_counted(pieces: list[bytes]) -> None:
    served = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            served += 1
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.002)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        result = await web_load.drive(Load(port, "/", 0.1, connections=3))
    assert result.requests == served > 3


async def test_an_answer_with_another_status_is_no_result(hello: Server) -> None:
    with pytest.raises(Wrong, match="200 OK"):
        await web_load.drive(Load(hello.port, "/", 0.1, status=304))


def test_a_load_that_fails_ends_the_run(hello: Server) -> None:
    with pytest.raises(web.BenchError, match=r"hello: .*200 OK"):
        web.run(hello, Load(hello.port, "/", 0.1, status=304))


@pytest.mark.alone
def test_cpu_time_is_that_of_the_processes(hello: Server) -> None:
    idle = hello.cpu()
    result = web.run(hello, Load(hello.port, "/", 0.3))
    used = hello.cpu() - idle
    assert result.requests > 100 and 0.05 < used <= 0.5
    assert abs(web_servers.cpu_seconds(os.getpid()) - sum(os.times()[:2])) < 0.1


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such thing')"]
    with (
        pytest.raises(ServerError, match="no such thing"),
        web_servers.running("x", command, tmp_path, None, "/"),
    ):
        pass


def test_flask_answers_as_the_api_does(made: Guide, ours: Server, flask: Server) -> None:
    servers = {"guide": ours, "flask": flask}
    grid = f"/api/v1/guide?start={made.at(0)}&end={made.at(3)}&limit=500"
    web.same_fields(servers, day(made), day(made, 7), grid)
    one, all_channels = (json.loads(flask.get(path)[0]) for path in (day(made), grid))
    assert len(one) > 10 and one[0]["channel_id"] == 1
    assert len(all_channels) == 10 and all(entry["programs"] for entry in all_channels)


def test_different_answers_are_not_compared(made: Guide, flask: Server, tmp_path: Path) -> None:
    other = guide(replace(TINY, seed=2), tmp_path)
    with (
        web_servers.running("flask", web_servers.flask(), other.folder, None, day(other)) as second,
        pytest.raises(web.BenchError, match="answer differently"),
    ):
        web.same_fields({"guide": flask, "flask": second}, day(made))


def arguments(folder: Path) -> list[str]:
    return ["--programmes", "400", "--channels", "10", "--rounds", "1", "--folder", str(folder)]


def test_the_whole_run_prints_every_row(made: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    assert web.main([*arguments(made.folder.parent), "--seconds", "0.2"]) == 0
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 400 |")]
    assert [line.split("|")[4].strip() for line in table] == [
        "≤ 0.1 ×",
        "≤ 0.333 ×",
        "≤ 0.02 ×",
        "",
        "≤ 2 ×",
        "",
    ]
    assert all(" µs, " in line and "/s" in line for line in table)


def test_the_scaling_run_prints_every_route(made: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    assert web.main([*arguments(made.folder.parent), "--rows-scaling"]) == 0
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 4,000 / 400 rows |")]
    assert len(table) == len(web_scaling.questions(made))
    assert all("≤ 1.5 ×" in line for line in table)


def test_every_route_that_reads_is_timed(made: Guide) -> None:
    web_scaling.connect(made.database).close()
    from epg_web.api.reads import READS

    asked = {question.route for questions in web_scaling.questions(made).values() for question in questions}
    assert set(READS) <= asked


def test_questions_have_answers(made: Guide) -> None:
    with closing(web_scaling.connect(made.database)) as conn:
        for what, questions in web_scaling.questions(made).items():
            assert all(web_scaling.seconds(conn, question) > 0 for question in questions), what

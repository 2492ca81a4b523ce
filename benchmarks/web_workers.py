"""What a second web server process costs: CPU per request of `serve --workers 2` over that of `--workers 1`.

python -m benchmarks.web_workers [--programmes 1000000] [--channels 500] [--rounds 5] [--seconds 2] [--all-cores]

Both services stand side by side over one guide and are loaded in turn. They share one core and the client has another, so
that two workers have no more room than one: what differs is what a second process costs. The client holds 16 connections to
either service, and then as many for each worker (8): a process answers cheaper the more requests it finds waiting.
`--all-cores` lets them spread out, which says how many more requests per second two can answer, where the client leaves them
the cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import web_servers
from benchmarks.measure import tree
from benchmarks.table import Row, line, machine
from benchmarks.web import APART, BenchError, Cost, cost, positive, say, typical
from benchmarks.web_data import VAR, Guide, Size, guide
from benchmarks.web_load import Load
from benchmarks.web_servers import Server, ServerError, cpu_seconds

BAR = 1.1
WORKERS = (1, 2)
#: connections to one worker and to two: the same load for the service, the same load for each worker
CONNECTIONS = {"16 connections": (16, 16), "8 connections a worker": (8, 16)}


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    size = Size(options.channels, max(1, options.programmes // options.channels))
    try:
        rows = list(measured(guide(size, options.folder), options))
    except (BenchError, ServerError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    head = ["| input | what | ratio | bar | held | from |", "| --- | --- | ---: | ---: | --- | --- |"]
    print(
        "\n".join([f"{machine()} Medians of {options.rounds} rounds, in turns.", "", *head, *map(line, rows)])
    )
    return int(options.strict and not all(row.held for row in rows))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-web-workers", description="Measure one worker beside two.")
    parser.add_argument("--programmes", type=positive, default=1_000_000)
    parser.add_argument("--channels", type=positive, default=500)
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of load, for each service and request")
    parser.add_argument("--folder", type=Path, default=VAR, help="where the filled guides are kept")
    parser.add_argument("--all-cores", action="store_true", help="let services and client use every core")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a bar is not held")
    return parser.parse_args(argv)


def command(made: Guide, workers: int) -> list[str]:
    """Without the variable of the other benchmarks, which is no setting and would be refused."""
    program = [
        "env",
        "-u",
        "EPG_BENCH_FOLDER",
        sys.executable,
        "-m",
        "epg_ingest.cli",
        "--db",
        str(made.database),
    ]
    return [*program, "serve", "--port", "{port}", "--workers", str(workers)]


def measured(made: Guide, options: argparse.Namespace) -> Iterator[Row]:
    day = f"/api/v1/channels/1/programs?start={made.at(0)}&end={made.at(24)}"
    cases = {"one day, warm": day, "one day, cold": "/api/v1/channels/1/programs?start={start}&end={end}"}
    core, client = (None, None) if options.all_cores else web_servers.cores()
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(
                web_servers.running(f"{n} workers", command(made, n), made.folder, core, ready=day)
            )
            for n in WORKERS
        )
        for what, path in cases.items():
            for first, (load, connections) in enumerate(CONNECTIONS.items()):
                name = f"{what}, {load}, 2 workers / 1"
                # A range that was asked for once is in memory.
                begin = first * options.rounds
                yield row(name, path, made, (one, two), connections, begin, options, client)


def row(
    what: str,
    path: str,
    made: Guide,
    servers: tuple[Server, Server],
    connections: tuple[int, int],
    begin: int,
    options: argparse.Namespace,
    core: int | None,
) -> Row:
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    before = shares(servers[1])
    for number in range(options.rounds):
        for server, many, taken in zip(servers, connections, costs, strict=True):
            start = made.at(0, (begin + number) * APART)
            load = Load(server.port, path, options.seconds, start, connections=many, core=core)
            taken.append(cost(server, load))
        say(f"{what}: {costs[1][-1]}; one worker: {costs[0][-1]}")
    spent = sorted((after - before.get(pid, 0.0) for pid, after in shares(servers[1]).items()), reverse=True)
    one, two = (typical(taken) for taken in costs)
    basis = f"{two}; one worker: {one}; CPU shares {' : '.join(f'{s / sum(spent):.2f}' for s in spent[:2])}"
    return Row(f"{made.size.programmes:,}", what, two.cpu / one.cpu, "×", BAR, basis)


def shares(server: Server) -> dict[int, float]:
    """CPU seconds of each process of a service so far."""
    return {pid: cpu_seconds(pid) for pid in tree(server.pid)}


if __name__ == "__main__":
    sys.exit(main())

"""`make bench-web`: what an answer of the API costs, as ratios measured in one run, beside the bars.

python -m benchmarks.web [--programmes 1000000] [--channels 500] [--rounds 3] [--seconds 2] [--rows-scaling]

Servers stand side by side on one core and are loaded in turn from another (A B A B), so that a slow moment of the machine
falls on all of them. The measure is CPU time of the server's processes per request; requests per second stand beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import web_scaling, web_servers
from benchmarks.table import Row, line, machine
from benchmarks.web_data import FORMAT, VAR, Guide, Size, guide
from benchmarks.web_load import Load, Result
from benchmarks.web_servers import Server, ServerError

#: seconds of load before the one that counts: caches fill, threads start
WARM_UP = 0.3
#: seconds between the starts of two rounds, whose requests move on by a second each: more than one can ask
APART = 200_000
LARGER = 10


class BenchError(Exception):
    """A server answered something else than it should, or not at all."""


@dataclass(frozen=True)
class Case:
    """One kind of request, and whom to compare: `ours` over `theirs`, by server name."""

    what: str
    path: str
    theirs: str
    bar: float | None
    ours: str = "guide"
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    their_path: str | None = None


@dataclass(frozen=True)
class Cost:
    """Microseconds of CPU per request, and requests per second."""

    cpu: float
    rate: float

    def __str__(self) -> str:
        return f"{self.cpu:.0f} µs, {self.rate:,.0f}/s"


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    size = Size(options.channels, max(1, options.programmes // options.channels))
    try:
        rows = list(scaling_rows(size, options) if options.rows_scaling else load_rows(size, options))
    except (BenchError, ServerError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(markdown(rows, size, options), end="")
    return int(options.strict and not all(row.held for row in rows))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-web", description="Measure the API beside its bars.")
    parser.add_argument("--programmes", type=positive, default=1_000_000)
    parser.add_argument("--channels", type=positive, default=500)
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of load, for each server and request")
    parser.add_argument("--no-cli", action="store_true", help="leave out the command `datasette serve`")
    parser.add_argument(
        "--rows-scaling", action="store_true", help=f"instead: queries of {LARGER} times the programmes"
    )
    parser.add_argument("--folder", type=Path, default=VAR, help="where the filled guides are kept")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a bar is not held")
    return parser.parse_args(argv)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def markdown(rows: Sequence[Row], size: Size, options: argparse.Namespace) -> str:
    how = f"{size.channels:,} channels, {size.programmes:,} programmes; medians of {options.rounds} rounds, in turns."
    if not options.rows_scaling:
        how += " From: CPU per request and requests per second of either server."
    head = ["| input | what | ratio | bar | held | from |", "| --- | --- | ---: | ---: | --- | --- |"]
    return "\n".join([f"{machine()} {how}", "", *head, *map(line, rows)]) + "\n"


def scaling_rows(size: Size, options: argparse.Namespace) -> Iterator[Row]:
    say(f"filling {size.name} and {LARGER} times as many, where not done before")
    small, large = (guide(one, options.folder) for one in (size, replace(size, each=LARGER * size.each)))
    yield from web_scaling.rows(small, large, options.rounds)


def load_rows(size: Size, options: argparse.Namespace) -> Iterator[Row]:
    say(f"filling {size.name}, where not done before")
    made = guide(size, options.folder)
    core, client = web_servers.cores()
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(web_servers.running(name, command, made.folder, core, ready))
            for name, (command, ready) in commands(made, options).items()
        }
        for case in cases(made, servers):
            yield measured(case, servers, made, options, client)


def commands(made: Guide, options: argparse.Namespace) -> dict[str, tuple[list[str], str]]:
    """By server name: the command, and an address that a running one answers."""
    day = f"/api/v1/channels/1/programs?start={made.at(0)}&end={made.at(24)}"
    found = {
        "guide": (web_servers.guide(), day),
        "flask": (web_servers.flask(), day),
        "hello": (web_servers.hello(), "/"),
    }
    return found if options.no_cli else {**found, "datasette": (web_servers.datasette(made.folder), day)}


def cases(made: Guide, servers: dict[str, Server]) -> Iterator[Case]:
    """The rows of the table."""
    day = f"/api/v1/channels/1/programs?start={made.at(0)}&end={made.at(24)}"
    cold = "/api/v1/channels/1/programs?start={start}&end={end}"
    grid = f"/api/v1/guide?start={made.at(0)}&end={made.at(3)}&limit={min(500, made.size.channels)}"
    same_fields(servers, day, grid)
    yield Case("one channel, one day, warm / Flask", day, "flask", 0.1)
    yield Case("one channel, one day, cold / Flask", cold, "flask", 1 / 3)
    yield Case("grid of all channels × 3 h, warm / Flask", grid, "flask", 0.02)
    packed = (("Accept-Encoding", "gzip"),)
    yield Case("grid, gzip, warm / Flask, plain", grid, "flask", None, headers=packed)
    known = (("If-None-Match", etag(servers["guide"], day)),)
    yield Case("304 / bare ASGI hello", day, "hello", 2.0, headers=known, status=304, their_path="/")
    if "datasette" in servers:
        yield Case("one day, warm, datasette serve / Flask", day, "flask", None, ours="datasette")


def etag(server: Server, path: str) -> str:
    _, headers = server.get(path)
    if "etag" not in headers:
        raise BenchError(f"{server.name} gives no ETag for {path}")
    return headers["etag"]


def same_fields(servers: dict[str, Server], *paths: str) -> None:
    """A comparison of different answers would say nothing. Raises `BenchError`."""
    for path in paths:
        ours, theirs = (json.loads(servers[name].get(path)[0]) for name in ("guide", "flask"))
        if ours != theirs:
            raise BenchError(f"{path}: the two servers answer differently")


def measured(
    case: Case, servers: dict[str, Server], made: Guide, options: argparse.Namespace, core: int | None
) -> Row:
    ours, theirs = servers[case.ours], servers[case.theirs]
    taken = []
    for number in range(options.rounds):
        load = Load(
            ours.port,
            case.path,
            options.seconds,
            made.at(0, number * APART),
            dict(case.headers),
            case.status,
            core=core,
        )
        other = replace(load, port=theirs.port, path=case.their_path or case.path, status=200, headers={})
        taken.append((cost(ours, load), cost(theirs, other)))
        say(f"{case.what}: {taken[-1][0]}; {case.theirs}: {taken[-1][1]}")
    one, two = (typical(costs) for costs in zip(*taken, strict=True))
    basis = f"{one}; {case.theirs}: {two}"
    return Row(f"{made.size.programmes:,}", case.what, one.cpu / two.cpu, "×", case.bar, basis)


def typical(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.cpu for cost in costs), median(cost.rate for cost in costs))


def cost(server: Server, load: Load) -> Cost:
    """What the load costs the server, after a short one that does not count."""
    earlier = datetime.strptime(load.start, FORMAT) - timedelta(seconds=APART // 2)
    run(server, replace(load, seconds=min(WARM_UP, load.seconds), start=earlier.strftime(FORMAT)))
    before = server.cpu()
    result = run(server, load)
    return Cost((server.cpu() - before) / result.requests * 1e6, result.rate)


def run(server: Server, load: Load) -> Result:
    """Load in a process of its own. Raises `BenchError` for any answer that is not the expected one."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web_load"],
        input=json.dumps(asdict(load)), capture_output=True, text=True, cwd=web_servers.HERE.parent,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"{server.name}: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    return Result(**json.loads(done.stdout))


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

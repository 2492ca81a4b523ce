"""Numbers for Prometheus, about requests and about the guide. Each Datasette instance has its own registry.

Each worker process counts its own requests: see `docs/monitoring.md` for what that means.
"""

import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from ..api import routes
from ..base.sql import statements
from .coverage import guide_hours, provider_hours
from .health_reading import HealthReading, Unreadable, opened, read
from .programme_count import ProgrammeCounter

SQL = statements("metrics_")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: seconds; the fast lane answers in less than the first, the time limit of SQL is near the last
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
MODES = ("public", "token", "off")
CHANGES = ("added", "updated", "unchanged", "removed", "skipped")
OWN = frozenset(
    {
        "/", "/health", "/metrics", "/-/readyz", "/epg", "/guide", "/xmltv.xml", "/xmltv.xml.gz", "/xmltv.xml.xz",
        "/xmltv.dtd",
        "/manifest.webmanifest", "/sw.js", "/calendar.ics", "/search.ics", "/search.atom", "/changes.atom", "/watch.ics",
        "/watch.atom",
    }
)  # fmt: skip
#: everything below one of these counts as one route, because clients can make up the rest of the path
FOLDERS = (
    "/api/",
    "/epg/",
    "/guide/",
    "/l/",
    "/channels/",
    "/logo/",
    "/programs/",
    "/series/",
    "/static/",
    "/-/static/",
    "/-/",
)
LONGEST = 200
UP = "1 when the guide could be read, else 0."


def read_mode(given: Any) -> str:
    """The setting `metrics`. YAML reads a bare `off` as false. Raises ValueError with one line."""
    mode = "public" if given is None else "off" if given is False else given
    if mode not in MODES:
        raise ValueError(f"metrics must be {', '.join(MODES[:-1])} or {MODES[-1]}")
    return str(mode)


@lru_cache(maxsize=1)
def _templates() -> tuple[frozenset[str], list[tuple[re.Pattern[str], str]]]:
    """The fixed addresses of the API, and those with an id in them."""
    paths = {route.path for route in (*routes.ROUTES, *routes.STREAMS.values())}
    patterns = [
        (re.compile(re.escape(path).replace(r"\{id\}", "[^/]+")), path)
        for path in sorted(paths)
        if "{" in path
    ]
    return frozenset(path for path in paths if "{" not in path), patterns


@lru_cache(maxsize=4096)
def _label(path: str) -> str:
    fixed, patterns = _templates()
    if path in OWN or path in fixed:
        return path
    plain = path.removesuffix(".csv")
    if plain in fixed:
        return plain
    for pattern, template in patterns:
        if pattern.fullmatch(plain):
            return template
    return next((folder + "*" for folder in FOLDERS if path.startswith(folder)), "other")


def route_label(path: str) -> str:
    """The route of a decoded path. There are a fixed few, so no request can make a new label."""
    return _label(path) if len(path) <= LONGEST else "other"


class Meter:
    """Counts and times requests. `record` may take a few microseconds only: the whole fast lane takes 50."""

    def __init__(self, registry: CollectorRegistry, base_url: str = "/") -> None:
        self.requests = Counter(
            "epg_http_requests", "Requests answered.", ["route", "method", "status"], registry=registry
        )
        self.seconds = Histogram(
            "epg_http_request_seconds", "Time from request to the last byte handed over.", ["route"],
            registry=registry, buckets=BUCKETS,
        )  # fmt: skip
        self.base = base_url.rstrip("/")
        self.children: dict[tuple[str, str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def record(self, path: str, method: str, status: int, seconds: float) -> None:
        if self.base:
            path = path.removeprefix(self.base)
        key = (route_label(path), method if method in METHODS else "other", status)
        child = self.children.get(key)
        if child is None:
            child = self.children[key] = (self.requests.labels(*key).inc, self.seconds.labels(key[0]).observe)
        child[0]()
        child[1](seconds)

    def measured(self, app: Any) -> Any:
        """`app`, measured. A request without an answer, or with an exception, counts as 500."""

        async def measure(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            status = 500

            def watch(message: Any) -> Any:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                return send(message)

            started = time.perf_counter()
            try:
                await app(scope, receive, watch)
            except Exception:
                status = 500
                raise
            finally:
                self.record(scope["path"], scope["method"], status, time.perf_counter() - started)

        return measure


def _gauge(name: str, text: str, value: float | None) -> Iterator[Metric]:
    if value is not None:
        yield GaugeMetricFamily(name, text, value=value)


def _by_provider(name: str, text: str, values: dict[str, float | None]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=["provider"])
    for provider, value in values.items():
        if value is not None:
            family.add_metric([provider], value)
    return family


class GuideCollector:
    """Reads the guide at every scrape, in the thread that builds the answer."""

    def __init__(self, path: Path, version: str) -> None:
        self.path, self.version = path, version
        self.programmes = ProgrammeCounter(path)

    def describe(self) -> list[Metric]:
        """Nothing. Otherwise the registration would read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "epg_build_info", "Version of datasette-epg; always 1.", labels=["version"]
        )
        family.add_metric([self.version], 1)
        yield family
        try:
            with opened(self.path) as conn:
                reading = read(conn)
                (channels,) = conn.execute("SELECT count(*) FROM channels").fetchone()
                imports = [dict(row) for row in conn.execute(SQL["metrics_imports"])]
        except Unreadable:
            yield from _gauge("epg_database_up", UP, 0)
            return
        yield from _gauge("epg_database_up", UP, 1)
        yield from _gauge("epg_channels", "Channels, hidden ones included.", channels)
        yield from self._counted(reading.generation)
        yield from _guide(reading, time.time())
        yield from _imports(imports)

    def _counted(self, generation: int) -> Iterator[Metric]:
        total, shown = self.programmes.latest(generation) or (None, None)
        yield from _gauge("epg_programmes", "Programmes in the database, as last counted.", total)
        yield from _gauge("epg_programmes_shown", "Programmes in the guide, as last counted.", shown)


def _guide(reading: HealthReading, now: float) -> Iterator[Metric]:
    hours = guide_hours(reading, now)
    yield from _gauge("epg_guide_generation", "Number of the last committed change.", reading.generation)
    yield from _gauge(
        "epg_guide_coverage_hours", "Hours until half of the channels have nothing more.", hours
    )
    yield _by_provider(
        "epg_provider_coverage_hours",
        "Hours until half of the provider's channels have nothing more.",
        {row["name"]: provider_hours(reading, row["id"], now) for row in reading.providers},
    )
    yield _by_provider(
        "epg_provider_last_success_age_seconds",
        "Time since the provider's last good import.",
        {
            row["name"]: None if row["last_good"] is None else now - row["last_good"]
            for row in reading.providers
        },
    )


def _imports(rows: list[dict[str, Any]]) -> Iterator[Metric]:
    yield _by_provider(
        "epg_provider_last_import_seconds", "How long the provider's last import took.",
        {row["name"]: row["seconds"] for row in rows},
    )  # fmt: skip
    family = GaugeMetricFamily(
        "epg_provider_last_import_programmes",
        "What the provider's last import did.",
        labels=["provider", "change"],
    )
    for row in rows:
        for change in CHANGES:
            family.add_metric([row["name"], change], row[change])
    yield family


class Metrics:
    """The measurements of one instance. The guide is added at the first scrape, when its file is known."""

    def __init__(self, base_url: str = "/") -> None:
        self.registry = CollectorRegistry()
        self.meter = Meter(self.registry, base_url)
        self.guide: GuideCollector | None = None

    def text(self, path: Path, version: str) -> bytes:
        """The answer of `/metrics`, in the text format 0.0.4. Reads the database: not for the event loop."""
        if self.guide is None:
            self.guide = GuideCollector(path, version)
            self.registry.register(self.guide)
        return generate_latest(self.registry)


def may_read(actor: dict[str, Any] | None, tokens: list[dict[str, Any]], permitted: bool) -> bool:
    """Whether an actor may read where `metrics` is `token`: one that a configured token stands for, or `permitted`.

    Being signed in through another plugin is not enough: that may be anybody with an account somewhere.
    """
    return actor is not None and (permitted or any(entry.get("actor") == actor for entry in tokens))

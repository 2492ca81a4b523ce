"""The one table of settings: key, default, check, what is allowed, description.

A test holds `docs/configuration.md` to it. No setting is secret: addresses and credentials of feeds are in `epg.secrets`
only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import __version__
from . import kinds

#: variables that start with EPG_ and are read elsewhere: by the API, the web pages, replicas, the database layer and the tests
OTHER_VARIABLES = frozenset(
    {
        "EPG_API_TOKEN",
        "EPG_CHECKPOINT",
        "EPG_PUBLIC_URL",
        "EPG_ROLE",
        "EPG_FEEDS",
        "EPG_REQUIRE_ALL",
        "EPG_BY_DEFAULT",
    }
)
#: what services tell the commands that they start: the keys of those settings in the environment that are only defaults
BY_DEFAULT = "EPG_BY_DEFAULT"
#: those of them whose values are never shown
SECRET_VARIABLES = frozenset({"EPG_API_TOKEN"})
#: second names of variables
ALIASES = {"EPG_DB_PATH": "database.path"}


@dataclass(frozen=True)
class Setting:
    """One key. `parse` checks a value from YAML, the environment or a flag; it raises `ValueError` for one that is not
    `allowed`."""

    key: str
    default: Any
    parse: Callable[[Any], Any]
    allowed: str
    description: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "EPG_" + self.key.replace(".", "_").upper()


def _days(key: str, default: Any, description: str) -> Setting:
    return Setting(key, default, kinds.days, "a whole number of days, or none", description)


def _seconds(key: str, default: float, description: str) -> Setting:
    return Setting(key, default, kinds.seconds, "seconds, more than 0, at most a year", description)


def _count(key: str, default: int, description: str, low: int = 0, high: int = 1_000_000) -> Setting:
    return Setting(
        key, default, kinds.integer(low, high), f"a whole number from {low} to {high}", description
    )


def _size(key: str, default: int, description: str) -> Setting:
    return Setting(key, default, kinds.size, "bytes, or a number with kB, MB, GB, MiB or GiB", description)


def _choice(key: str, default: str, description: str, *choices: str) -> Setting:
    return Setting(key, default, kinds.choice(*choices), " or ".join(choices), description)


def _switch(key: str, default: str, description: str) -> Setting:
    return Setting(key, default, kinds.switch, "on or off", description)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database.path", "epg.db", kinds.text, "a file name", "The guide database; its secrets lie beside it."
    ),
    Setting(
        "server.host", "127.0.0.1", kinds.host, "an address or host name", "Where the web server listens."
    ),
    Setting("server.port", 8001, kinds.integer(1, 65535), "1 to 65535", "The port of the web server."),
    _count("server.workers", 1, "Web server processes.", low=1, high=256),
    _switch("server.schedule", "off", "Whether `serve` runs the scheduler beside it."),
    _switch("server.access_log", "on", "Whether requests are logged where `logging.level` is info or debug."),
    _switch(
        "server.debug", "off", "Whether everything is logged, with tracebacks: `logging.level` is debug then."
    ),
    _seconds(
        "server.shutdown_seconds", 10.0, "How long requests under way may take when the web server stops."
    ),
    _days("retention.past_days", 7, "Programmes that ended longer ago are deleted."),
    _days("retention.future_days", 7, "Programmes that start further ahead are deleted."),
    _days("retention.log_days", 30, "Import logs and schedule changes older than this are deleted."),
    _days("retention.ledger_days", 400, "Episodes that were last shown longer ago are forgotten."),
    _days("retention.days", kinds.UNSET, "Sets `past_days` and `future_days` together."),
    Setting(
        "archive.path",
        None,
        kinds.folder,
        "a folder, or none",
        "Ended programmes go to Parquet files there first.",
    ),
    Setting("scheduler.import_time", "03:00", kinds.clock, "HH:MM", "When the daily import starts."),
    Setting("scheduler.timezone", "UTC", kinds.timezone, "an IANA time zone", "The zone of `import_time`."),
    Setting(
        "scheduler.jitter_minutes",
        10,
        kinds.integer(0, 720),
        "0 to 720",
        "Random delay, so that not all call at once.",
    ),
    _choice("logging.level", "warning", "The least important messages to log.", *kinds.LEVELS),
    _choice("logging.format", "text", "Log lines for people or one JSON object a line.", "text", "json"),
    _seconds("download.connect_timeout", 15.0, "To reach a server."),
    _seconds("download.read_timeout", 60.0, "Longest silence while a feed is sent."),
    _seconds("download.deadline", 3600.0, "For one feed: download, retries and reading together."),
    _count("download.retries", 2, "Further attempts after a failure that may pass."),
    _seconds("download.backoff", 2.0, "Before the first retry; doubled for each further one."),
    _size("download.max_bytes", 2 * 1024**3, "Largest download, as sent."),
    _size("download.max_unpacked_bytes", 16 * 1024**3, "Largest feed after decompression."),
    _count("download.max_ratio", 1000, "Largest expansion by decompression.", low=1),
    _count("download.max_redirects", 10, "Redirects followed for one download."),
    Setting(
        "download.user_agent",
        f"datasette-epg/{__version__}",
        kinds.text,
        "a line of text",
        "What servers see as the client.",
    ),
    _choice(
        "download.private_addresses",
        "allow",
        "Whether providers added on the command line may be in the local network.",
        "allow",
        "deny",
    ),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}
BY_VARIABLE = {s.variable: s for s in SETTINGS} | {name: BY_KEY[key] for name, key in ALIASES.items()}

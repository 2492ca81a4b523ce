"""Settings: flags > environment > `config.yaml` > defaults (spec section 6).

`SETTINGS` is the one table of them; `docs/configuration.md` is held to it by a test. Nothing here is secret:
addresses and credentials of feeds live in `epg.secrets` only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..core.errors import UsageError
from . import kinds as t

if TYPE_CHECKING:
    from ..core.limits import Limits, Retention

DEFAULT_FILE = "config.yaml"
#: variables that start with EPG_ and are read elsewhere: by the API, by replicas, by the database layer, by
#: our tests
OTHER_VARIABLES = frozenset({"EPG_API_TOKEN", "EPG_CHECKPOINT", "EPG_ROLE", "EPG_FEEDS", "EPG_REQUIRE_ALL"})
#: of those, the ones whose value is never shown
SECRET_VARIABLES = frozenset({"EPG_API_TOKEN"})
#: a second name for the variable that scripts set most
ALIASES = {"EPG_DB_PATH": "database.path"}


@dataclass(frozen=True)
class Setting:
    """One key. `parse` takes what YAML or the environment gave and raises `ValueError` saying what is
    allowed.
    """

    key: str
    default: Any
    parse: Callable[[Any], Any]
    allowed: str
    description: str

    @property
    def variable(self) -> str:
        return "EPG_" + self.key.replace(".", "_").upper()


def _days(key: str, default: Any, description: str) -> Setting:
    return Setting(key, default, t.days, "a whole number of days, or none", description)


def _seconds(key: str, default: float, description: str) -> Setting:
    return Setting(key, default, t.seconds, "seconds, more than 0", description)


def _count(key: str, default: int, description: str, low: int = 0) -> Setting:
    return Setting(key, default, t.integer(low), f"a whole number from {low}", description)


def _size(key: str, default: int, description: str) -> Setting:
    return Setting(key, default, t.size, "bytes, or a number with kB, MB, GB, MiB or GiB", description)


def _choice(key: str, default: str, description: str, *choices: str) -> Setting:
    return Setting(key, default, t.choice(*choices), " or ".join(choices), description)


def _switch(key: str, default: str, description: str) -> Setting:
    return Setting(key, default, t.switch, "on or off", description)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database.path", "epg.db", t.text, "a file name", "The guide database; its secrets lie beside it."
    ),
    Setting("server.host", "127.0.0.1", t.text, "an address or host name", "Where the web server listens."),
    Setting("server.port", 8001, t.integer(1, 65535), "1 to 65535", "The port of the web server."),
    _count("server.workers", 1, "Web server processes.", low=1),
    _switch("server.schedule", "off", "Whether `serve` runs the scheduler beside it."),
    _switch("server.access_log", "on", "Whether requests are logged where `logging.level` is info or debug."),
    _seconds(
        "server.shutdown_seconds", 10.0, "How long requests under way may take when the web server stops."
    ),
    _days("retention.past_days", 7, "Programmes that ended longer ago are deleted."),
    _days("retention.future_days", 7, "Programmes that start further ahead are deleted."),
    _days("retention.log_days", 30, "Import logs and schedule changes older than this are deleted."),
    _days("retention.days", t.UNSET, "Sets `past_days` and `future_days` together."),
    Setting(
        "archive.path",
        None,
        t.folder,
        "a folder, or none",
        "Ended programmes go to Parquet files there first.",
    ),
    Setting("scheduler.import_time", "03:00", t.clock, "HH:MM", "When the daily import starts."),
    Setting("scheduler.timezone", "UTC", t.timezone, "an IANA time zone", "The zone of `import_time`."),
    Setting(
        "scheduler.jitter_minutes",
        10,
        t.integer(0, 720),
        "0 to 720",
        "Random delay, so that not all call at once.",
    ),
    _choice("logging.level", "warning", "The least important messages to log.", *t.LEVELS),
    _choice("logging.format", "text", "Log lines for people or one JSON object a line.", "text", "json"),
    _seconds("download.connect_timeout", 15.0, "To reach a server."),
    _seconds("download.read_timeout", 60.0, "Longest silence while a feed is sent."),
    _seconds("download.deadline", 3600.0, "For one feed, retries included."),
    _count("download.retries", 2, "Further attempts after a failure that may pass."),
    _seconds("download.backoff", 2.0, "Before the first retry; doubled for each further one."),
    _size("download.max_bytes", 2 * 1024**3, "Largest download, as sent."),
    _size("download.max_unpacked_bytes", 16 * 1024**3, "Largest feed after decompression."),
    _count("download.max_ratio", 1000, "Largest expansion by decompression.", low=1),
    _count("download.max_redirects", 10, "Redirects followed for one download."),
    Setting(
        "download.user_agent",
        f"datasette-epg/{__version__}",
        t.text,
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


@dataclass(frozen=True)
class Settings:
    """The effective settings. `sources` says where each value came from: `default`, a file name, a variable,
    a flag.
    """

    values: Mapping[str, Any]
    sources: Mapping[str, str]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def retention(self) -> Retention:
        from ..core.limits import Retention
        from .extras import require_pyarrow

        if self["archive.path"] is not None:
            require_pyarrow()
        return Retention(
            past_days=self["retention.past_days"],
            future_days=self["retention.future_days"],
            log_days=self["retention.log_days"],
            archive=self.archive(),
        )

    def archive(self) -> Path | None:
        """The folder of the archive, None when it is off."""
        return None if self["archive.path"] is None else Path(self["archive.path"])

    def limits(self) -> Limits:
        from ..core.limits import Limits

        names = [
            key for key in self.values if key.startswith("download.") and key != "download.private_addresses"
        ]
        return Limits(**{key.removeprefix("download."): self[key] for key in names})


def load(
    flags: Mapping[str, Any] | None = None,
    config: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force. `flags` maps keys to values given on the command line (None = not given).

    `config` None means `config.yaml` in the current folder, which may be missing; a named file may not.
    Raises `UsageError` that names the key, variable or file and what is allowed.
    """
    layers = (
        _defaults(),
        _file_layer(config),
        _environment_layer(os.environ if environ is None else environ),
        _flag_layer(flags or {}),
    )
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        for key, (value, source) in _spread_days(layer).items():
            values[key], sources[key] = value, source
    ordered = [s.key for s in SETTINGS if s.key in values]
    return Settings({k: values[k] for k in ordered}, {k: sources[k] for k in ordered})


def environment(settings: Settings) -> dict[str, str]:
    """All settings as variables, by which a child process gets what this one was started with: they beat its file."""
    values = {key: "none" if settings[key] is None else str(settings[key]) for key in settings}
    values["database.path"] = str(Path(settings["database.path"]).resolve())
    return {BY_KEY[key].variable: value for key, value in values.items()}


Layer = dict[str, tuple[Any, str]]


def _spread_days(layer: Layer) -> Layer:
    """`retention.days` is shorthand in its own layer: the exact keys beside it win, those below do not."""
    if "retention.days" not in layer:
        return layer
    layer = dict(layer)
    days = layer.pop("retention.days")
    for key in ("retention.past_days", "retention.future_days"):
        layer.setdefault(key, days)
    return layer


def _defaults() -> Layer:
    return {s.key: (s.default, "default") for s in SETTINGS if s.default is not t.UNSET}


def _flag_layer(flags: Mapping[str, Any]) -> Layer:
    return {k: (_parsed(BY_KEY[k], v, "the command line"), "flag") for k, v in flags.items() if v is not None}


def _environment_layer(environ: Mapping[str, str]) -> Layer:
    """Variables in force. An empty one counts as not set, as compose files pass them. The long name beats its
    alias.
    """
    layer: Layer = {}
    for name in sorted((n for n in environ if n.startswith("EPG_")), key=lambda n: n not in ALIASES):
        if name in OTHER_VARIABLES:
            continue
        if name not in BY_VARIABLE:
            raise UsageError(
                f"unknown environment variable {name}{_hint(name, [*BY_VARIABLE, *OTHER_VARIABLES])}"
            )
        if environ[name].strip():
            setting = BY_VARIABLE[name]
            layer[setting.key] = (_parsed(setting, environ[name].strip(), name), name)
    return layer


def _file_layer(config: str | Path | None) -> Layer:
    path = Path(config or DEFAULT_FILE)
    if config is None and not path.exists():
        return {}
    layer: Layer = {}
    for section, keys in _read_yaml(path).items():
        if not any(key.startswith(f"{section}.") for key in BY_KEY):
            sections = list(dict.fromkeys(key.split(".")[0] for key in BY_KEY))
            raise UsageError(f"{path}: unknown section {_show(section)}{_hint(section, sections)}")
        if not isinstance(keys, dict):
            raise UsageError(f"{path}: {section} must hold keys and values, such as {_example(section)}")
        for name, value in keys.items():
            key = f"{section}.{name}"
            if key not in BY_KEY:
                raise UsageError(f"{path}: unknown key {_show(key)}{_hint(key, BY_KEY)}")
            layer[key] = (_parsed(BY_KEY[key], value, str(path)), str(path))
    return layer


def _read_yaml(path: Path) -> dict[Any, Any]:
    import yaml

    try:
        loaded = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read the configuration file {path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or "cannot be read"
        raise UsageError(f"{path}{where} is not YAML: {said}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{path} must hold sections with keys, such as database: {{path: epg.db}}")
    return loaded


def _parsed(setting: Setting, value: Any, source: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError as error:
        said = f" ({error})" if str(error) else ""
        raise UsageError(
            f"{source}: {setting.key} must be {setting.allowed}, not {_show(value)}{said}"
        ) from error


def _show(value: Any) -> str:
    """A value in a message: short, on one line, and without the secrets of an address pasted in the wrong
    place.
    """
    from ..core.redact import redact

    text = redact(str(value) if value is not None else "empty")
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _hint(name: object, known: Any) -> str:
    import difflib  # a mistake can wait; what is right should not

    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are: {', '.join(sorted(map(str, known)))}"


def _example(section: str) -> str:
    first = next(s for s in SETTINGS if s.key.startswith(f"{section}."))
    return f"{section}: {{{first.key.split('.')[1]}: {first.default}}}"

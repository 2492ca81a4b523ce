"""Where values of settings come from: defaults, `config.yaml`, environment variables, flags.

A layer maps keys to checked values, each with its source for `epg-ingest config`. All raise `UsageError`, which names the
key, the variable or the file, and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import UsageError
from . import kinds
from .definitions import ALIASES, BY_KEY, BY_VARIABLE, OTHER_VARIABLES, SETTINGS, Setting

DEFAULT_FILE = "config.yaml"
Layer = dict[str, tuple[Any, str]]


def spread_days(layer: Layer) -> Layer:
    """The layer with `retention.past_days` and `retention.future_days` in place of `retention.days`, which is short for both.

    Where the layer also sets one of the two, that value counts.
    """
    if "retention.days" not in layer:
        return layer
    layer = dict(layer)
    days = layer.pop("retention.days")
    for key in ("retention.past_days", "retention.future_days"):
        layer.setdefault(key, days)
    return layer


def default_layer() -> Layer:
    """The default of every setting that has one."""
    return {s.key: (s.default, "default") for s in SETTINGS if s.default is not kinds.UNSET}


def flag_layer(flags: Mapping[str, Any]) -> Layer:
    """The flags that were given on the command line. None means that a flag was not given."""
    return {k: (_parsed(BY_KEY[k], v, "the command line"), "flag") for k, v in flags.items() if v is not None}


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """What the environment variables set. An empty variable sets nothing, because Docker Compose passes unset variables
    as empty ones. A variable's full name wins over its alias.
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


def file_layer(config: str | Path | None) -> Layer:
    """What the configuration file sets. Without `config`, `config.yaml` in the current folder is read if there is one."""
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
    """A value in a message: short, on one line, and without secrets, as it may be an address in the wrong place."""
    from ..core.redact import redact

    text = redact(str(value) if value is not None else "empty")
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _hint(name: object, known: Any) -> str:
    import difflib  # slow to load, and only mistakes need it

    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are: {', '.join(sorted(map(str, known)))}"


def _example(section: str) -> str:
    first = next(s for s in SETTINGS if s.key.startswith(f"{section}."))
    return f"{section}: {{{first.key.split('.')[1]}: {first.default}}}"

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
from .configuration_file import read_yaml
from .definitions import ALIASES, BY_DEFAULT, BY_KEY, BY_VARIABLE, OTHER_VARIABLES, SETTINGS, Setting

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
    by_default = environ.get(BY_DEFAULT, "").split()
    for name in sorted((n for n in environ if n.startswith("EPG_")), key=lambda n: n not in ALIASES):
        if name in OTHER_VARIABLES:
            continue
        if name not in BY_VARIABLE:
            raise UsageError(
                f"unknown environment variable {name}{_hint(name, [*BY_VARIABLE, *OTHER_VARIABLES])}"
            )
        if environ[name].strip():
            setting = BY_VARIABLE[name]
            source = "default" if setting.key in by_default else name
            layer[setting.key] = (_parsed(setting, environ[name].strip(), name), source)
    return layer


def file_layer(path: Path | None, anywhere: bool = False) -> Layer:
    """What the configuration file sets; nothing without one. `anywhere`: it counts in every folder, so a relative path in it
    would mean a different file in each.
    """
    if path is None:
        return {}
    layer: Layer = {}
    for section, keys in read_yaml(path).items():
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
    if anywhere:
        _refuse_relative(path, layer)
    return layer


def _refuse_relative(path: Path, layer: Layer) -> None:
    for key in ("database.path", "archive.path"):
        value = layer.get(key, (None,))[0]
        if value is not None and not Path(value).expanduser().is_absolute():
            said = f"{path}: {key} must be an absolute path, because commands run in any folder"
            raise UsageError(f"{said}; not {_show(value)}")


def spread_debug(layer: Layer) -> Layer:
    """The layer with `logging.level` debug where it turns on `server.debug` and says nothing of the level itself."""
    value, source = layer.get("server.debug", ("off", ""))
    return (
        layer if value == "off" or "logging.level" in layer else {**layer, "logging.level": ("debug", source)}
    )


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

"""Where the configuration file is, and how it is read.

Without `--config`, the first of these counts: `config.yaml` in the current folder, beside the database, in the user's folder
for configuration, and in the machine's. So a command finds the same settings from any folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.database_files import followed
from ..core.errors import UsageError

NAME = "config.yaml"
MACHINE = Path("/etc/epg")
#: numbers that people do not mean as YAML 1.1 does: 0300 in base 8, 12:30 in base 60
_NOT_A_NUMBER = re.compile(r"[-+]?0[0-9_]+|[-+]?[0-9_]+(?::[0-9]+)+")


def places(database: str, environ: Mapping[str, str]) -> list[Path]:
    """Where a configuration file is looked for, in this order. `database` is the path of the guide as far as it is known."""
    beside = dict.fromkeys((Path(), Path(database).parent, followed(database).parent))
    return [folder / NAME for folder in (*beside, *_everywhere(environ))]


def counts_everywhere(file: Path | None, environ: Mapping[str, str]) -> bool:
    """Whether the file is found from any folder and for any database."""
    return file is not None and file.parent in _everywhere(environ)


def _everywhere(environ: Mapping[str, str]) -> list[Path]:
    home = environ.get("XDG_CONFIG_HOME") or (f"{environ['HOME']}/.config" if environ.get("HOME") else "")
    return [*([Path(home) / "epg"] if home else []), MACHINE]


def found(candidates: list[Path]) -> Path | None:
    """The first file that is there, also one that may not be read: to go on without it would be a surprise."""
    return next((path for path in candidates if os.path.lexists(path)), None)


def read_yaml(path: Path) -> dict[Any, Any]:
    """The sections of the file. Raises `UsageError` for one that cannot be read, is no YAML, or has a key twice."""
    import yaml

    try:
        loaded = yaml.load(path.read_bytes(), _loader())  # noqa: S506 - made of SafeLoader
    except OSError as error:
        remedy = "check it and its permissions, or name another one with --config"
        raise UsageError(f"cannot read the configuration file {path}: {error.strerror}; {remedy}") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or "cannot be read"
        if said.startswith("the key "):
            raise UsageError(f"{path}{where}: {said}") from error
        raise UsageError(f"{path}{where} is not YAML: {said}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{path} must hold sections with keys, such as database: {{path: epg.db}}")
    return loaded


def _loader() -> Any:
    """PyYAML's safe loader, which takes the last of two equal keys, and 0300 for 192: both without a word."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in getattr(node, "value", []):
                name = str(getattr(key, "value", key))
                if name in seen and name != "<<":
                    said = f"the key {name!r} is there twice; keep one of them"
                    raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
                seen.add(name)
            return super().construct_mapping(node, deep)

        def number(self, node: Any) -> Any:
            text = str(node.value)
            return text if _NOT_A_NUMBER.fullmatch(text) else self.construct_yaml_int(node)

    Loader.add_constructor("tag:yaml.org,2002:int", Loader.number)
    return Loader

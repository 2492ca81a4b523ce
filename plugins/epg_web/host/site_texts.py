"""`metadata.yaml` where Datasette does not read it: titles, descriptions, facets, search, and configuration of plugins."""

import functools
import json
from pathlib import Path
from typing import Any

from datasette import hookimpl


@functools.lru_cache(maxsize=4)
def _text(path: Path) -> str:
    """The file as JSON, which is the quickest way to a fresh copy for each call."""
    import yaml

    return json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))


def is_configuration_of(datasette: Any, folder: Path) -> bool:
    """Whether Datasette already reads this very folder as its configuration directory."""
    return datasette.config_dir is not None and Path(datasette.config_dir).resolve() == folder


def providing(database: str, folder: Path) -> Any:
    """A hook that gives the texts of `folder` to an instance that serves `database`; what the user gave wins. A plugin keeps
    it under any name.
    """

    @hookimpl(specname="get_metadata")
    def answer(datasette: Any) -> dict[str, Any]:
        # A fresh copy: Datasette calls this dozens of times for a page and changes the result.
        if database not in datasette.databases or is_configuration_of(datasette, folder):
            return {}
        copy: dict[str, Any] = json.loads(_text(folder / "metadata.yaml"))
        return copy

    return answer


def plugins_of(datasette: Any) -> dict[str, Any]:
    """The configuration of all plugins, with `{"$env": …}` as written."""
    return datasette.metadata().get("plugins") or {}


def replace_plugin(datasette: Any, name: str, config: dict[str, Any]) -> None:
    """Make `config` the whole configuration of a plugin. Local metadata is merged last, so a list there replaces all others."""
    datasette._metadata_local.setdefault("plugins", {})[name] = config


def options(datasette: Any) -> dict[str, Any]:
    """The arguments for another Datasette that is configured as this one."""
    return {"metadata": datasette._metadata_local}

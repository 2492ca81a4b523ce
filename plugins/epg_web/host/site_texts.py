"""`metadata.yaml` and `datasette.yaml` where Datasette does not read them: titles, descriptions, facets, search, plugins.

Datasette 0.65 knows metadata only, and asks a hook for more of it. 1.0 has texts in metadata and all else in its configuration,
and has no such hook.
"""

import copy
import functools
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl

from .metadata_parts import PERMISSIONS, copied, part_of, parted
from .running import FROM_1_0

#: what tables of a site have besides permissions, taken out of Datasette's own metadata
_shown: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


@functools.lru_cache(maxsize=8)
def _read(path: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@functools.lru_cache(maxsize=256)
def _read_part(path: Path, key: str | None) -> dict[str, Any]:
    return part_of(_read(path), key)


def _fresh(path: Path) -> dict[str, Any]:
    """What a YAML file says, to be changed by whoever gets it."""
    return copy.deepcopy(_read(path))


def is_configuration_of(datasette: Any, folder: Path) -> bool:
    """Whether Datasette already reads this very folder as its configuration directory."""
    return datasette.config_dir is not None and _resolved(datasette.config_dir) == folder


@functools.lru_cache(maxsize=8)
def _resolved(folder: str | Path) -> Path:
    return Path(folder).resolve()


def _is_lacking(datasette: Any, database: str, folder: Path) -> bool:
    return database in datasette.databases and not is_configuration_of(datasette, folder)


def merged(ours: dict[str, Any], users: dict[str, Any]) -> dict[str, Any]:
    """Both, where `users` wins in every place: dictionaries are joined, all else is replaced."""
    both = dict(ours)
    for key, value in users.items():
        known = both.get(key)
        both[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return both


def _providing_0(database: str, folder: Path) -> Any:
    @hookimpl(specname="get_metadata")
    def answer(datasette: Any, key: str | None) -> dict[str, Any]:
        shown = {} if key in ("tables", *PERMISSIONS) else part_of(_shown.get(datasette, {}), key)
        if not _is_lacking(datasette, database, folder):
            return shown
        return merged(copied(_read_part(folder / "metadata.yaml", key)), shown)

    return answer


def _lighten_0(datasette: Any) -> None:
    datasette._metadata_local, _shown[datasette] = parted(datasette._metadata_local or {})


def _lighten_1(datasette: Any) -> None:
    """Nothing to do: 1.0 stores the descriptions of tables in its internal database."""


def _providing_1(database: str, folder: Path) -> Any:
    # The last hook before Datasette stores its texts and queries.
    @hookimpl(specname="prepare_jinja2_environment", tryfirst=True)
    def provide(datasette: Any) -> None:
        if _is_lacking(datasette, database, folder):
            config = _fresh(folder / "datasette.yaml")
            del config["settings"]  # `epg_settings.py` applies them one by one
            texts = only_texts(_fresh(folder / "metadata.yaml"), config)
            datasette.config = merged(config, datasette.config or {})
            datasette._metadata_local = merged(texts, datasette._metadata_local or {})

    return provide


def only_texts(metadata: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """`metadata` without what `config` says, too."""
    left = {key: value for key, value in metadata.items() if key not in config or isinstance(value, dict)}
    for key, value in left.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            left[key] = only_texts(value, config[key])
    return {key: value for key, value in left.items() if value != {}}


def _plugins_0(datasette: Any) -> dict[str, Any]:
    return datasette.metadata().get("plugins") or {}


def _plugins_1(datasette: Any) -> dict[str, Any]:
    return (datasette.config or {}).get("plugins") or {}


def _title_0(datasette: Any) -> str | None:
    found: str | None = datasette.metadata("title")
    return found


def _title_1(datasette: Any) -> str | None:
    found: str | None = (datasette._metadata_local or {}).get("title")
    return found


def _replace_plugin_0(datasette: Any, name: str, config: dict[str, Any]) -> None:
    # Local metadata is merged last, so a list there replaces that of every plugin.
    datasette._metadata_local.setdefault("plugins", {})[name] = config


def _replace_plugin_1(datasette: Any, name: str, config: dict[str, Any]) -> None:
    datasette.config = merged(datasette.config or {}, {"plugins": {name: config}})


def _options_0(datasette: Any) -> dict[str, Any]:
    return {"metadata": merged(_shown.get(datasette, {}), datasette._metadata_local)}


def _options_1(datasette: Any) -> dict[str, Any]:
    return {"metadata": datasette._metadata_local, "config": datasette.config}


def _contradiction_0(datasette: Any) -> str | None:
    return None


def _contradiction_1(datasette: Any) -> str | None:
    folder = datasette.config_dir
    if folder is None or not all((folder / name).is_file() for name in ("metadata.yaml", "datasette.yaml")):
        return None
    old, new = (
        _read.__wrapped__(folder / name).get("plugins") for name in ("metadata.yaml", "datasette.yaml")
    )
    if old is None or new is None or old == new:
        return None
    return (
        "metadata.yaml and datasette.yaml differ in plugins, and metadata.yaml counts: remove plugins from it"
    )


def _needed_0() -> bool:
    from datasette.plugins import pm

    hook = getattr(pm.hook, "get_metadata", None)
    return hook is not None and hook.has_spec()


def _needed_1() -> bool:
    from datasette.app import Datasette

    return hasattr(Datasette, "apply_metadata_json")


#: (database, folder) → a hook that gives the texts and the configuration of `folder` to an instance that serves `database`.
#: What the user gave wins. A plugin keeps it under any name.
providing = _providing_1 if FROM_1_0 else _providing_0
#: (datasette) → None, once at the start: what tables have besides permissions leaves the metadata that Datasette copies for
#: each permission; the hook of `providing` gives it when it is asked for
lighten = _lighten_1 if FROM_1_0 else _lighten_0
#: (datasette) → the configuration of all plugins, with `{"$env": …}` as written
plugins_of = _plugins_1 if FROM_1_0 else _plugins_0
#: (datasette) → the title of the site that its texts give, None without one
title_of_site = _title_1 if FROM_1_0 else _title_0
#: (datasette, name, config) → None: make `config` the whole configuration of a plugin
replace_plugin = _replace_plugin_1 if FROM_1_0 else _replace_plugin_0
#: (datasette) → in one line, what the files of the configuration directory say twice and not alike; None where they agree
contradiction = _contradiction_1 if FROM_1_0 else _contradiction_0
#: (datasette) → the arguments for another Datasette that is configured as this one
options = _options_1 if FROM_1_0 else _options_0
needs = {"texts": _needed_1 if FROM_1_0 else _needed_0}

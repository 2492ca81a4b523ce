"""Settings of Datasette: its defaults, and those that the user gave. 1.0 takes them from a file, too."""

import inspect
from typing import Any

import click

from .running import FROM_1_0

#: settings of which the Datasette object makes copies when it is built, and the names of the copies
COPIES = {
    "max_returned_rows": "max_returned_rows",
    "sql_time_limit_ms": "sql_time_limit_ms",
    "default_page_size": "page_size",
}
#: what `Database.execute` takes; `sql_processes` stands in its place
EXECUTE = ["self", "sql", "params", "truncate", "custom_time_limit", "page_size", "log_sql_errors"]


def given_by_user(datasette: Any) -> set[str]:
    """Names of the settings that the user gave, also where the value is Datasette's default."""
    context = click.get_current_context(silent=True)
    params = context.params if context else {}
    names = [name for option in ("settings", "config") for name in _names(params.get(option))]
    kept = (datasette.config or {}).get("settings") or {} if FROM_1_0 else {}
    return {name.removeprefix("settings.") for name in [*names, *kept]}


def _names(given: Any) -> list[str]:
    """The names in the value of an option; `--config` of 1.0 is a file, whose settings Datasette has read."""
    return [str(pair[0]) for pair in given or ()] if isinstance(given, (tuple, list)) else []


def apply_where_not_given(datasette: Any, wanted: dict[str, Any]) -> None:
    """Give the instance each setting of `wanted` that the user has not given."""
    from datasette.app import DEFAULT_SETTINGS

    given = given_by_user(datasette)
    for name, value in wanted.items():
        if name not in given and datasette._settings[name] == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value
            if name in COPIES:
                setattr(datasette, COPIES[name], value)


def _needed() -> bool:
    from datasette import app, database, plugins

    hook = getattr(plugins.pm.hook, "prepare_connection", None)
    takes = list(inspect.signature(database.Database.execute).parameters)
    return hook is not None and hook.has_spec() and hasattr(app, "DEFAULT_SETTINGS") and takes == EXECUTE


needs = {"limits": _needed}

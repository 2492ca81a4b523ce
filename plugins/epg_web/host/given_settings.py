"""Settings of Datasette: its defaults, and those that the user gave."""

from typing import Any

import click

#: settings of which the Datasette object makes copies when it is built, and the names of the copies
COPIES = {
    "max_returned_rows": "max_returned_rows",
    "sql_time_limit_ms": "sql_time_limit_ms",
    "default_page_size": "page_size",
}


def given_by_user(datasette: Any) -> set[str]:
    """Names of the settings that the user gave, also where the value is Datasette's default: with `--setting` or `--config`."""
    context = click.get_current_context(silent=True)
    params = context.params if context else {}
    return {name for option in ("settings", "config") for name, _ in params.get(option) or ()}


def apply_where_not_given(datasette: Any, wanted: dict[str, Any]) -> None:
    """Give the instance each setting of `wanted` that the user has not given."""
    from datasette.app import DEFAULT_SETTINGS

    given = given_by_user(datasette)
    for name, value in wanted.items():
        if name not in given and datasette._settings[name] == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value
            if name in COPIES:
                setattr(datasette, COPIES[name], value)

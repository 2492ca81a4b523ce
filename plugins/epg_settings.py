"""Applies `settings.json` where Datasette did not: a bare `datasette epg.db` reads no such file, and any
`--setting` makes `datasette .` ignore it as a whole. What the user gave is left alone.
"""

import json
from pathlib import Path

import click
from datasette import hookimpl

BUNDLE = Path(__file__).resolve().parent.parent
#: copies that the Datasette object makes of settings when it is built
COPIES = {
    "max_returned_rows": "max_returned_rows",
    "sql_time_limit_ms": "sql_time_limit_ms",
    "default_page_size": "page_size",
}


def read_settings(folder):
    path = Path(folder) / "settings.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def given_on_command_line():
    """Names given with `--setting` and `--config`, also where the value is Datasette's default."""
    context = click.get_current_context(silent=True)
    params = context.params if context else {}
    return {name for option in ("settings", "config") for name, _ in params.get(option) or ()}


@hookimpl(tryfirst=True)
def startup(datasette):
    from datasette.app import DEFAULT_SETTINGS

    if "epg" not in datasette.databases:
        return
    wanted = {**read_settings(BUNDLE), **read_settings(datasette.config_dir or BUNDLE)}
    given = given_on_command_line()
    for name, value in wanted.items():
        if name not in given and datasette._settings[name] == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value
            if name in COPIES:
                setattr(datasette, COPIES[name], value)

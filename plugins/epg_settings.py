"""Applies `settings.json` where Datasette did not: a bare `datasette epg.db` reads no such file, and any `--setting`
makes `datasette .` ignore the whole file. Settings that the user gave are left alone.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE

BUNDLE = Path(__file__).resolve().parent.parent
#: settings of which the Datasette object makes copies when it is built, and the names of the copies
COPIES = {
    "max_returned_rows": "max_returned_rows",
    "sql_time_limit_ms": "sql_time_limit_ms",
    "default_page_size": "page_size",
}


def read_settings(folder: str | Path) -> dict[str, Any]:
    path = Path(folder) / "settings.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def given_on_command_line() -> set[str]:
    """Names given with `--setting` and `--config`, also where the value is Datasette's default."""
    context = click.get_current_context(silent=True)
    params = context.params if context else {}
    return {name for option in ("settings", "config") for name, _ in params.get(option) or ()}


@hookimpl(tryfirst=True)
def startup(datasette: Any) -> None:
    from datasette.app import DEFAULT_SETTINGS

    if DATABASE not in datasette.databases:
        return
    wanted = {**read_settings(BUNDLE), **read_settings(datasette.config_dir or BUNDLE)}
    given = given_on_command_line()
    for name, value in wanted.items():
        if name not in given and datasette._settings[name] == DEFAULT_SETTINGS[name]:
            datasette._settings[name] = value
            if name in COPIES:
                setattr(datasette, COPIES[name], value)

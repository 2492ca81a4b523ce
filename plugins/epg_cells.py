"""Cells of Datasette's tables and queries that lead to the pages of the guide: programmes and channels by their names."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE

#: tables whose rows are programmes, and the table whose rows are channels; queries have no table
PROGRAMMES, CHANNELS = ("guide", "programs"), "channels"


def target(row: Mapping[str, Any], column: str, table: str | None) -> str | None:
    """The page that a cell leads to, None where it leads nowhere. A row is of a programme if it has a start and an id."""
    names = row.keys()
    if column == "channel_id" or (column in ("channel", "display_name") and "channel_id" in names):
        ident = row["channel_id"]
        ident = ident["value"] if isinstance(ident, Mapping) else ident
        return f"/guide/channel/{ident}" if isinstance(ident, int) else None
    if "id" not in names or not isinstance(row["id"], int):
        return None
    if table == CHANNELS and column in ("name", "display_name"):
        return f"/guide/channel/{row['id']}"
    programme = table in PROGRAMMES or (table is None and {"start_time", "title"} <= set(names))
    return f"/guide/program/{row['id']}" if programme and column in ("id", "title") else None


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    if database != DATABASE or value in (None, ""):
        return None
    path = target(row, column, table)
    text = value.get("label", value.get("value")) if isinstance(value, Mapping) else value
    if path is None:
        return None
    return Markup('<a href="{}" dir="auto">{}</a>').format(datasette.urls.path(path), text)

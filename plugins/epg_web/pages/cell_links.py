"""Cells of Datasette's tables and queries that lead to the pages of the guide: programmes and channels by their names. Pure."""

from collections.abc import Mapping
from typing import Any

#: tables whose rows are programmes, and the table whose rows are channels; queries have no table
PROGRAMMES, CHANNELS = ("guide", "programs"), "channels"
#: the only columns whose cells may lead somewhere
LINKED = frozenset(("channel_id", "channel", "display_name", "name", "id", "title"))


def target(row: Mapping[str, Any], column: str, table: str | None) -> str | None:
    """The page that a cell leads to, None where it leads nowhere. A row is of a programme if it has a start and an id."""
    names = row.keys()
    if column == "channel_id" or (column in ("channel", "display_name") and "channel_id" in names):
        ident = row["channel_id"]
        ident = ident["value"] if isinstance(ident, dict) else ident
        return f"/guide/channel/{ident}" if isinstance(ident, int) else None
    if "id" not in names or not isinstance(row["id"], int):
        return None
    if table == CHANNELS and column in ("name", "display_name"):
        return f"/guide/channel/{row['id']}"
    if column not in ("id", "title"):
        return None
    programme = table in PROGRAMMES or (table is None and "start_time" in names and "title" in names)
    return f"/guide/program/{row['id']}" if programme else None

"""Rules reach programmes that a corrected time zone has put aside (the table `displaced`), so that they come back tidied.

Each row holds what its programme says, as columns of `contents`; nothing else shows it. Everything runs within the open write
transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..rules.stored_columns import Columns, tidied_columns, written_columns
from ..stage.columns import MISSING, content_hash
from .stored_genres import note_categories

if TYPE_CHECKING:
    from ..rules.tidying import Tidy

_READ = (
    "SELECT id, provider_id, programme FROM displaced WHERE provider_id IN (SELECT value FROM json_each(?))"
)
_UPDATE = "UPDATE displaced SET programme = ? WHERE id = ?"
#: what stands for NULL in each column, see `stage.columns.MISSING`
_MISSING = dict(zip(Columns._fields, MISSING[1:], strict=True))


def tidy_put_aside(conn: sqlite3.Connection, tidies: Mapping[int, Tidy | None]) -> int:
    """Make of what these providers' programmes say what their rules make of it; returns how many changed.

    `tidies` are the rules by provider, None for one without any.
    """
    changed = []
    categories = set()
    for ident, provider, text in conn.execute(_READ, [json.dumps(list(tidies))]).fetchall():
        programme = json.loads(text)
        content = _tidied(programme["content"], tidies[provider], provider)
        if content != programme["content"]:
            text = json.dumps({**programme, "content": content}, ensure_ascii=False, separators=(",", ":"))
            changed.append((text, ident))
            categories.add(content["category"])
    conn.executemany(_UPDATE, changed)
    note_categories(conn, sorted(categories))
    return len(changed)


def _tidied(content: dict[str, Any], tidy: Tidy | None, provider: int) -> dict[str, Any]:
    """The columns of a content as the rules make them of what was written, with their hash."""
    stored = tuple(missing if content[name] is None else content[name] for name, missing in _MISSING.items())
    written = written_columns(stored)
    made = written if tidy is None else tidied_columns(tidy, written)
    if tuple(made) == stored:
        return content
    columns = {
        name: None if value == _MISSING[name] and value in ("", -1) else value
        for name, value in zip(_MISSING, made, strict=True)
    }
    return {**content, **columns, "hash": content_hash(made, provider)}

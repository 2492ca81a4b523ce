"""What Datasette asks again for each page, and only a change of the guide answers differently: whole counts, facets, spellings.

In a guide of 200,000 programmes, counting a view takes longer than a page of it. The statements are known by their form. The
views of the guide ask for no time and no chance, so the same statement has the same answer until something is written.
"""

import re
import sqlite3
from pathlib import Path
from typing import Any

from ..base.connections import connect

#: answers that are kept; one more and all of them go
MOST = 512
#: NAME is that of a table or a column
_FORM = re.compile(
    r"""
    select[ ]count\(\*\)[ ]from[ ](?:NAME|\(select[ ]\*[ ]from[ ]NAME[ ]limit[ ]\d+\))
    | select[ ](?P<value>NAME|date\(NAME\))[ ]as[ ]value,[ ]count\(\*\)[ ]as[ ]count[ ]from[ ]
      \([ ]select[ ](?:NAME|\*)(?:,[ ](?:NAME|\*))*[ ]from[ ]NAME[ ]\)
      [ ]where[ ](?P=value)[ ]is[ ]not[ ]null[ ]group[ ]by[ ](?P=value)[ ]order[ ]by[ ]count[ ]desc,[ ]value[ ]limit[ ]\d+
    """.replace("NAME", r"(?:(?!current_)\w+|\[[^\]]+\])"),
    re.VERBOSE,
)
#: 0.65 asks this once for each permission, of the name in the address
_SPELLING = "select name from sqlite_master where type in ('table', 'view') and name = ? collate nocase"

Key = tuple[str, str]
Rows = tuple[list[str], list[tuple[Any, ...]]]


def key_of(statement: str, values: Any, most: int | None) -> Key | None:
    """The key of a statement whose answer may be kept; None for all others."""
    text = " ".join(statement.split())
    if text == _SPELLING or (not values and len(text) < 10_000 and _FORM.fullmatch(text)):
        return text, repr((values, most))
    return None


class KeptAnswers:
    """Answers of one database file, for as long as nobody writes to it. `close` ends its connection.

    It belongs to the event loop. To look whether something was written takes some microseconds.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.watch: sqlite3.Connection | None = None
        self.version: int | None = None
        self.answers: dict[Key, Rows] = {}

    def get(self, key: Key) -> Rows | None:
        """The answer that still holds, None where there is none. Ask before the statement runs, and `put` its answer then."""
        version = self._version()
        if version is None or version != self.version:
            self.answers.clear()
            self.version = version
        return self.answers.get(key)

    def put(self, key: Key, version: int | None, rows: Rows) -> None:
        """Keep what a statement gave that began when `version` was the version, unless something was written since."""
        if version is None or version != self._version():
            return
        if len(self.answers) >= MOST:
            self.answers.clear()
        self.answers[key] = rows

    def _version(self) -> int | None:
        """What changes with each commit; None where the file cannot be read now."""
        try:
            if self.watch is None:
                self.watch = connect(self.path, 0)
            (version,) = self.watch.execute("PRAGMA data_version").fetchone()
        except sqlite3.OperationalError:
            return None
        return int(version)

    def close(self) -> None:
        if self.watch is not None:
            self.watch.close()

"""`epg-ingest check`: imports a feed into a temporary database and reads the problems from its import log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from ..core.deadline import Deadline
from ..core.errors import EpgError
from ..core.limits import Limits, Retention
from ..core.locked_folder import locked_folder
from ..core.models import Problems
from ..core.secret_forms import holds_secret
from ..guide.providers import add_provider
from ..storage.database import open_database
from ..storage.vault import Vault
from ..unpack.layers import unpack
from .run import Options, run_import


@dataclass
class CheckReport:
    """Counts of what could be imported, the first start and last end (ISO, UTC), and the problems.

    `kind` is how the file is packed; `ok` whether anything in it can be imported; `error` the reason when not, and `answer`
    what the server said in place of a guide.
    """

    kind: str
    channels: int = 0
    programmes: int = 0
    first: str | None = None
    last: str | None = None
    ok: bool = False
    error: str | None = None
    answer: str = ""
    problems: Problems = field(default_factory=Problems)


_FACTS = """
    SELECT count(*), count(DISTINCT channel_id), min(start_time), max(end_time),
        count(*) FILTER (WHERE end_source = 'cut'), count(*) FILTER (WHERE end_source IN ('next', 'length', 'assumed'))
    FROM programs
"""


def check(
    path: Path,
    zone: tzinfo | None = None,
    limits: Limits | None = None,
    secrets: frozenset[str] = frozenset(),
    look: Callable[[sqlite3.Connection], None] | None = None,
) -> CheckReport:
    """Read the feed at `path`; times without an offset are in `zone` (UTC by default). For a feed that cannot be read, the
    report has an `error`. What the server says is left out if it may hold one of the `secrets` that it was sent.
    `look` may read the temporary guide before it goes."""
    limits = limits or Limits()
    with locked_folder("epg-check-") as folder:
        file = folder / "check.db"
        db = open_database(file)
        try:
            vault = Vault(file.with_suffix(".secrets"))
            provider = add_provider(db, vault, "check", None, now=0, timezone=str(zone) if zone else None)
            options = Options(Retention(None, None, None), limits, trigger="check")
            said: list[str] = []
            row = run_import(db, vault, provider, options, file=path, heard=said.append)
            report = CheckReport(
                _kind(path, limits), ok=row["status"] != "failed", error=row["error_message"]
            )
            report.answer = "".join(text for text in said if not holds_secret(text, secrets))
            programmes, channels, report.first, report.last, cut, filled = db.conn.execute(_FACTS).fetchone()
            report.programmes, report.channels = programmes, channels
            for problem in db.query("SELECT code, line, subject, message, count FROM import_problems"):
                report.problems.add(**problem)
            if cut:
                report.problems.add(
                    "overlap", None, None, "programmes that run into the next one were cut", cut
                )
            if filled:
                report.problems.add(
                    "nostop", None, None, "programmes without a usable stop were given one", filled
                )
            if look is not None:
                look(db.conn)
            return report
        finally:
            db.close()


def _kind(path: Path, limits: Limits) -> str:
    """How the file is packed, as far as its beginning can be read."""
    unpacked = unpack(path, limits, (), Deadline(limits.deadline))
    with suppress(EpgError, OSError):
        next(iter(unpacked), b"")
    return unpacked.kind

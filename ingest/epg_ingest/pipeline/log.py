"""Rows of `import_log`: begun before anything is tried, finished in the same transaction as the rows they count."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import DownloadError, EpgError, NotFoundError
from ..core.limits import Retention
from ..core.models import Counts, Problems, Provider
from ..core.times import from_iso, iso
from ..download.model import Download
from ..storage.database import write

if TYPE_CHECKING:
    from sqlite_utils import Database

    from .import_window import ImportWindow

_PREVIOUS = """
    SELECT status, etag, last_modified, sha256, settings_hash, next_start FROM import_log
    WHERE provider_id = ? AND status IN ('success', 'partial') ORDER BY id DESC LIMIT 1
"""
#: of the last import in which a source gave the body with this hash; an older version had only one source
_VALIDATORS = """
    SELECT etag, last_modified FROM import_log
    WHERE provider_id = :provider AND status = 'success' AND sha256 = :sha256 AND ifnull(source, 1) = :source
    ORDER BY id DESC LIMIT 1
"""
_FINISH = """
    UPDATE import_log SET completed_at = ifnull(:moment, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), status = :status,
        programs_imported = :imported, programs_updated = :updated, programs_unchanged = :unchanged,
        programs_removed = :removed, programs_skipped = :skipped, channels_added = :channels_added,
        etag = :etag, last_modified = :last_modified, sha256 = :sha256, bytes_downloaded = :size,
        http_status = :http_status, settings_hash = :settings, next_start = :next_start, problems = :problems,
        source = :source
    WHERE id = :id
"""
#: no row for a provider that was deleted meanwhile
_BEGIN = """
    INSERT INTO import_log (provider_id, started_at, status, trigger)
    SELECT id, :moment, 'running', :trigger FROM providers WHERE id = :provider
"""


def begin_rows(
    db: Database, providers: Iterable[Provider], trigger: str, now: int
) -> list[tuple[int, Provider]]:
    """Begin the log rows of imports that follow one after the other, in one transaction.

    Returns the id of each row, for `ImportLog.start`, with its provider. A provider that has been deleted is left out. `now`
    is epoch seconds.
    """
    with write(db, changes_guide=False) as conn:
        begun = [(_begin(conn, provider, trigger, now), provider) for provider in providers]
    return [(row, provider) for row, provider in begun if row is not None]


def _begin(conn: sqlite3.Connection, provider: Provider, trigger: str, now: int) -> int | None:
    values = {"provider": provider.id, "moment": iso(now), "trigger": trigger}
    row = conn.execute(_BEGIN, values)
    return row.lastrowid if row.rowcount else None


def settings_of(conn: sqlite3.Connection, provider: Provider, retention: Retention) -> str:
    """What besides the feed decides its rows: while this is the same, the same body needs no second reading."""
    (count, channels, latest) = conn.execute(
        "SELECT count(*), total(channel_id), max(id) FROM channel_mappings WHERE provider_id = ?",
        [provider.id],
    ).fetchone()
    rows = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM airings WHERE provider_id = ?)", [provider.id]
    ).fetchone()[0]
    return (
        f"{provider.updated_at} {provider.timezone} {provider.shift_minutes} {','.join(provider.language)}"
        f" {provider.repair_text:d} {provider.channel_policy} {retention.past_days} {retention.future_days}"
        f" {count} {channels:.0f} {latest} {rows}"
    )


def _restart(conn: sqlite3.Connection, row: int, now: int) -> int | None:
    """Set the start of a row that was begun earlier; None when the row was deleted with its provider."""
    statement = "UPDATE import_log SET started_at = ? WHERE id = ? AND status = 'running'"
    return row if conn.execute(statement, [iso(now), row]).rowcount else None


@dataclass(frozen=True)
class Previous:
    """The last complete import of a provider. `usable`: the same body now would give the same rows."""

    usable: bool = False
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    next_start: str | None = None

    @classmethod
    def of(cls, db: Database, provider: Provider, retention: Retention, now: int) -> Previous:
        """`now` (epoch seconds) matters: programmes once too far ahead may have come into the window."""
        row = db.conn.execute(_PREVIOUS, [provider.id]).fetchone()
        if row is None:
            return cls()
        status, etag, last_modified, sha256, settings, next_start = row
        future = retention.future(now)
        due = next_start is not None and (future is None or from_iso(next_start) <= future)
        usable = status == "success" and not due and settings == settings_of(db.conn, provider, retention)
        return cls(usable, etag, last_modified, sha256, next_start)

    def validators(
        self, db: Database, provider: Provider, source: int | None
    ) -> tuple[str | None, str | None]:
        """ETag and Last-Modified with which a source gave what is stored; None where it gave something else."""
        if source is None or not self.usable:
            return (self.etag, self.last_modified) if self.usable else (None, None)
        values = {"provider": provider.id, "sha256": self.sha256, "source": source}
        return db.conn.execute(_VALIDATORS, values).fetchone() or (None, None)


class ImportLog:
    """One row of `import_log`. `unsaved` is the code and message of a failure that could not be written down.

    With a wrong clock, `moment` is the time to note as its end (ISO, UTC). Its start stays what the clock said: the scheduler,
    which has the same clock, must see that there was an import.
    """

    def __init__(
        self, db: Database, provider: Provider, identifier: int, retention: Retention | None = None
    ) -> None:
        self.db, self.provider, self.id = db, provider, identifier
        self.download: Download | None = None
        self.source: int | None = None
        self.unsaved: tuple[str, str] | None = None
        self.moment: str | None = None
        self.retention = retention or Retention()

    @classmethod
    def start(
        cls,
        db: Database,
        provider: Provider,
        trigger: str,
        now: int,
        retention: Retention,
        log_row: int | None = None,
    ) -> ImportLog:
        """Begin a row at `now` (epoch seconds), or take over `log_row`, which `begin_rows` began for it.

        Raises `NotFoundError` when the provider was deleted meanwhile.
        """
        with write(db, changes_guide=False) as conn:
            identifier = (
                _begin(conn, provider, trigger, now) if log_row is None else _restart(conn, log_row, now)
            )
        if identifier is None:
            raise NotFoundError(f"the provider {provider.name} was deleted before its import began")
        return cls(db, provider, identifier, retention)

    def begin_download(self) -> None:
        """Count a download before it begins, so that a killed import has counted it."""
        self.download = None
        with write(self.db, changes_guide=False) as conn:
            conn.execute("UPDATE import_log SET downloads = downloads + 1 WHERE id = ?", [self.id])

    def under(self, window: ImportWindow) -> None:
        """Note what the clock is worth: see `ImportWindow`."""
        self.retention = window.counted
        self.moment = iso(window.now) if window.wrong else None

    def downloaded(self, download: Download, source: int | None = None) -> None:
        """What came, and the place of the source from which it came; None for a file."""
        self.download, self.source = download, source

    def unchanged(self, previous: Previous, problems: Problems) -> None:
        """The same body as last time: a success with nothing to do. `problems` are those of other sources."""
        with write(self.db, changes_guide=False):
            (rows,) = self.db.conn.execute(
                "SELECT count(*) FROM airings WHERE provider_id = ?", [self.provider.id]
            ).fetchone()
            total = problems.total()
            self._finish("success", Counts(unchanged=rows), total, previous.next_start, previous)
            self._note(problems)

    def finish(self, status: str, counts: Counts, problems: Problems, beyond: int | None) -> None:
        """Within the merge transaction: counts and problems beside the rows they speak of."""
        self._finish(status, counts, problems.total(), None if beyond is None else iso(beyond), None)
        self._note(problems)

    def _note(self, problems: Problems) -> None:
        self.db.conn.executemany(
            "INSERT INTO import_problems (import_id, code, line, subject, message, count) VALUES (?, ?, ?, ?, ?, ?)",
            [(self.id, row.code, row.line, row.subject, row.message, row.count) for row in problems],
        )

    def _finish(
        self, status: str, counts: Counts, problems: int, next_start: str | None, previous: Previous | None
    ) -> None:
        download = self.download
        assert download is not None
        self.db.conn.execute(
            _FINISH,
            {
                **vars(counts),
                "id": self.id,
                "moment": self.moment,
                "status": status,
                "etag": download.etag or (previous.etag if previous else None),
                "last_modified": download.last_modified or (previous.last_modified if previous else None),
                "sha256": download.sha256 or (previous.sha256 if previous else None),
                "size": download.size,
                "http_status": download.http_status,
                "settings": settings_of(self.db.conn, self.provider, self.retention),
                "next_start": next_start,
                "problems": problems,
                "source": self.source,
            },
        )

    def fail(self, error: EpgError, message: str, problems: Problems, skipped: int = 0) -> None:
        """The import failed; the guide is as it was. `message` is free of secrets; `problems` and `skipped` programmes are
        what was found until then: often they are the reason."""
        status = error.http_status if isinstance(error, DownloadError) else None
        download = self.download
        with write(self.db, changes_guide=False) as conn:
            saved = conn.execute(
                "UPDATE import_log SET completed_at = ifnull(?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), status = 'failed',"
                " http_status = ?, bytes_downloaded = ?, error_code = ?, error_message = ?, programs_skipped = ?, problems = ?"
                " WHERE id = ?",
                [
                    self.moment,
                    download.http_status if download else status,
                    download.size if download else None,
                    error.code,
                    message,
                    skipped,
                    problems.total(),
                    self.id,
                ],
            ).rowcount
            if saved:
                self._note(problems)
            else:
                self.unsaved = error.code, message

    def row(self) -> dict[str, Any]:
        """The row as it is now, with the provider's name."""
        found = self.db.conn.execute("SELECT * FROM import_log WHERE id = ?", [self.id])
        names = [column[0] for column in found.description]
        # The row goes with its provider.
        values = dict(zip(names, found.fetchone() or [None] * len(names), strict=True))
        if self.unsaved:
            code, message = self.unsaved
            values.update(status="failed", error_code=code, error_message=message)
        return {"provider": self.provider.name, **values}

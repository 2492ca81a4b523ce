"""One import, from URL to rows.

    download     fetch.fetch          a URL or file to a local file and validators; 304 ends here
    decompress   decompress.unpack    the file to blocks of plain XML
    split        split.Splitter       blocks to raw elements; StoredElements leaves out those already stored
    parse        parsing.Pool         raw elements to rows (xmltv, normalise), in worker processes for a large feed
    stage        stage.add            rows into private tables
    merge        merge.merge          one write transaction: mapping, schedule, rows, search index, who shows
    log          ImportLog            counts, problems, validators; a failure is logged too

This is the one place that catches, logs and counts.
"""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ..core.errors import DatabaseError, EpgError, FeedError
from ..core.models import Counts, Problems, Provider
from ..core.redact import redact, secrets_of
from ..download.fetch import Download, Source, fetch
from ..parse.secrets import Eraser, secrets_in_feeds
from ..storage.database import translate, write
from ..storage.vault import Vault
from .log import ImportLog, Previous
from .options import Options, Progress, Silent

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["Options", "Progress", "Silent", "import_lock", "mark_interrupted", "run_import"]


@contextmanager
def import_lock(database: Path | str, wait: bool) -> Iterator[None]:
    """One import per database at a time. The lock is the operating system's: it ends with its process, however that ends.

    Raises `DatabaseError` (`busy`) when another import runs and `wait` is False.
    """
    lock = FileLock(Path(database).with_suffix(".lock"))
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        raise DatabaseError(
            f"another import into {database} is running; wait for it, or let this one wait with --wait",
            "busy",
        ) from error
    try:
        yield
    finally:
        lock.release()


def mark_interrupted(db: Database) -> int:
    """Close the log rows of imports that were killed. Call it only while holding `import_lock`."""
    with write(db, changes_guide=False) as conn:
        return conn.execute(
            "UPDATE import_log SET status = 'failed', completed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),"
            " error_code = 'interrupted', error_message = 'the import was interrupted; the guide is as it was before'"
            " WHERE status = 'running'"
        ).rowcount


def run_import(
    db: Database,
    vault: Vault,
    provider: Provider,
    options: Options,
    *,
    file: Path | None = None,
    now: int | None = None,
    progress: Progress | None = None,
    announced: int | None = None,
) -> dict[str, Any]:
    """Import one provider, from its URL or from `file`. `now` is epoch seconds (default: the clock); `announced` the id of
    its log row if there is one already.

    Returns the finished row of `import_log` with the provider's name under `provider`; a failed feed is a row with status
    `failed`. Raises `DatabaseError` when not even the log can be written, `NotFoundError` for a provider that was deleted.
    """
    credentials = vault.get(provider.name)
    url, headers = (credentials.url, credentials.headers) if credentials else (None, {})
    eraser = Eraser(frozenset() if provider.public_url else secrets_in_feeds(url, headers))
    run = Run(db, provider, options, int(time.time()) if now is None else now, progress or Silent(), eraser)
    path = database_path(db)
    try:
        log = ImportLog.start(db, provider, options.trigger, run.now, options.retention, announced)
    except sqlite3.Error as error:
        raise translate(error, path) from error
    secrets = secrets_of(url, headers) if url else frozenset()
    collecting = gc.isenabled()
    gc.disable()  # rows make no cycles, and walking them again and again cost a tenth of the parsing
    try:
        run.run(log, _source(url, credentials, file, provider))
    except EpgError as error:
        _fail(log, error, redact(error.message, secrets), run)
    except sqlite3.Error as error:
        failure = translate(error, path)
        _fail(log, failure, redact(failure.message, secrets), run)
    except OSError as error:
        failure = DatabaseError(f"the machine refused: {error.strerror or type(error).__name__}", "system")
        _fail(log, failure, redact(failure.message, secrets), run)
    finally:
        if collecting:
            gc.enable()
    return log.row()


def database_path(db: Database) -> str:
    """The file of the main database."""
    return str(next(row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main"))


def _source(url: str | None, credentials: Any, file: Path | None, provider: Provider) -> Source:
    if file is not None:
        return Source(url=str(file))
    if url is None:
        raise_missing(provider)
    assert url is not None
    return Source(url=url, headers=credentials.headers, private_addresses=credentials.private_addresses)


def raise_missing(provider: Provider) -> None:
    raise FeedError(
        f"provider {provider.name} has no URL here; set one with: epg-ingest providers update {provider.name} --url URL,"
        f" or import a file with: epg-ingest import --file PATH --provider {provider.name}",
        "nourl",
    )


def _fail(log: ImportLog, error: EpgError, message: str, run: Run) -> None:
    """Log a failure. On a full disk even that can fail: then the row is closed by the next import."""
    try:
        log.fail(error, message, run.problems, run.counts.skipped)
    except sqlite3.Error:
        log.unsaved = error.code, message


class Run:
    """The steps of one import, in order."""

    def __init__(
        self, db: Database, provider: Provider, options: Options, now: int, progress: Progress, eraser: Eraser
    ) -> None:
        self.db, self.conn, self.provider, self.options = db, db.conn, provider, options
        self.now, self.progress, self.eraser = now, progress, eraser
        self.problems, self.counts = Problems(), Counts()

    def run(self, log: ImportLog, source: Source) -> None:
        previous = Previous.of(self.db, self.provider, self.options.retention, self.now)
        if previous.usable and not self.options.force:
            source = Source(
                source.url, source.headers, previous.etag, previous.last_modified, source.private_addresses
            )
        self.progress.stage("download")
        with fetch(source, self.options.limits, progress=self.progress.download) as download:
            log.downloaded(self._published(download))
            same = download.path is None or (previous.usable and download.sha256 == previous.sha256)
            if same and not self.options.force:
                log.unchanged(previous)
            else:
                assert download.path is not None
                self._read(log, download.path)

    def _published(self, download: Download) -> Download:
        """The download as the log may show it: a validator that quotes the address is not kept."""
        knows = self.eraser.knows
        return replace(
            download,
            etag=None if knows(download.etag) else download.etag,
            last_modified=None if knows(download.last_modified) else download.last_modified,
        )

    def _read(self, log: ImportLog, path: Path) -> None:
        from .reading import Reading

        Reading(
            self.db,
            self.provider,
            self.options,
            self.now,
            self.progress,
            self.eraser,
            self.problems,
            self.counts,
        ).read(log, path)

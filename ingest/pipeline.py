"""One import, from URL to rows.

    download     fetch.fetch          a URL or file to a local file and validators; 304 ends here
    decompress   decompress.unpack    the file to blocks of plain XML
    split        split.Splitter       blocks to raw elements; known.Known leaves out those already stored
    parse        parsing.Pool         raw elements to rows (xmltv, normalise), in worker processes for a large feed
    stage        stage.add            rows into temporary tables
    merge        merge.Merge          one write transaction: mapping, schedule, rows, search index, who shows
    log          ImportLog            counts, problems, validators; a failure is logged too

This is the one place that catches, logs and counts.
"""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout
from sqlite_utils import Database

from . import encoding, stage
from .database import translate, write
from .decompress import Unpacked, unpack
from .echo import Eraser, secrets_in_feeds
from .errors import DatabaseError, EpgError, FeedError, NotFoundError
from .fetch import Download, Limits, Source, fetch
from .importlog import ImportLog, Previous
from .known import Known, seed
from .mapping import Declared, current
from .merge import Merge
from .models import Counts, Problems, Provider
from .normalise import Rules
from .parsing import Job, Pool, Result
from .redact import redact, secrets_of
from .retention import Retention
from .split import Batch, Splitter
from .times import zone
from .vault import Vault

#: raised whenever the same element would be read differently, so that every stored element is read again once
READER_VERSION = 1


class Progress(Protocol):
    """Told how far an import is. All calls come from the importing thread."""

    def download(self, done: int, total: int | None) -> None: ...

    def parsed(self, programmes: int, size: int) -> None: ...

    def stage(self, name: str) -> None: ...


class Silent:
    """A progress nobody watches."""

    def download(self, done: int, total: int | None) -> None:
        """Nothing."""

    def parsed(self, programmes: int, size: int) -> None:
        """Nothing."""

    def stage(self, name: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Options:
    """How to import. `trigger` says who asked (`cli`, `schedule`, `api`); `workers` None = as many as help."""

    retention: Retention
    limits: Limits
    force: bool = False
    trigger: str = "cli"
    workers: int | None = None


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
) -> dict[str, Any]:
    """Import one provider, from its URL or from `file`. `now` is epoch seconds (default: the clock).

    Returns the finished row of `import_log` with the provider's name under `provider`; a failed feed is a row with status
    `failed`. Raises `DatabaseError` when not even the log can be written.
    """
    credentials = vault.get(provider.name)
    url, headers = (credentials.url, credentials.headers) if credentials else (None, {})
    eraser = Eraser(frozenset() if provider.public_url else secrets_in_feeds(url, headers))
    run = Run(db, provider, options, int(time.time()) if now is None else now, progress or Silent(), eraser)
    path = database_path(db)
    try:
        log = ImportLog.start(db, provider, options.trigger, run.now, options.retention)
    except sqlite3.Error as error:
        raise translate(error, path) from error
    secrets = secrets_of(url, headers) if url else frozenset()
    collecting = gc.isenabled()
    gc.disable()  # rows make no cycles, and walking millions of them again and again costs a third of the time
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
        self.declared: list[Declared] = []
        self.beyond: int | None = None
        self.bare = 0
        self.found = 0

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
                self._read(log, download)

    def _published(self, download: Download) -> Download:
        """The download as the log may show it: a validator that quotes the address is not kept."""
        knows = self.eraser.knows
        return replace(
            download,
            etag=None if knows(download.etag) else download.etag,
            last_modified=None if knows(download.last_modified) else download.last_modified,
        )

    def _read(self, log: ImportLog, download: Download) -> None:
        assert download.path is not None
        provider = self.provider
        settings = (
            f"{READER_VERSION} {provider.timezone} {provider.shift_minutes} {','.join(provider.language)}"
        )
        known, generation = self._known()
        unpacked = unpack(download.path, self.options.limits)
        splitter = Splitter(self.problems)
        stage.prepare(self.conn)
        self.progress.stage("parse")
        head = self._stage(unpacked, splitter, known, seed(settings))
        if unpacked.damage:
            self.problems.add("notwell", splitter.line, None, unpacked.damage)
        for note in unpacked.notes:
            self.problems.add("archive", None, None, self.eraser.text(note))
        if self.bare:
            self.problems.add("missingtimezone", None, None, "times without an offset", self.bare)
        if not self.found and not any(known.seen):
            raise nothing_usable(head, self.counts.skipped, self.problems)
        partial = bool(unpacked.damage) or not splitter.complete
        self.progress.stage("merge")
        with write(self.db, changes_guide=False) as conn:
            self._still_there(conn)
            Merge(
                conn, provider, log.id, known, generation, self.declared, self.problems, self.counts, self.now,
                self.options.retention.past(self.now), self.options.force,
            ).run()  # fmt: skip
            log.finish("partial" if partial else "success", self.counts, self.problems, self.beyond)

    def _still_there(self, conn: sqlite3.Connection) -> None:
        if not conn.execute("SELECT 1 FROM providers WHERE id = ?", [self.provider.id]).fetchone():
            raise NotFoundError(
                f"provider {self.provider.name} was removed while its feed was read", "removed"
            )

    def _known(self) -> tuple[Known, int]:
        """The hashes of what is stored and the generation they belong to, read from one snapshot."""
        self.conn.execute("BEGIN")
        try:
            (generation,) = self.conn.execute("SELECT number FROM generation").fetchone()
            mapped = {
                name: channel for name, channel in current(self.conn, self.provider.id).items() if channel
            }
            return Known(self.conn, self.provider.id, mapped), int(generation)
        finally:
            self.conn.execute("COMMIT")

    def _stage(self, unpacked: Unpacked, splitter: Splitter, known: Known, seed: int) -> bytes:
        """Read the feed into the staging tables; returns its first bytes."""
        provider = self.provider
        rules = Rules(
            zone(provider.timezone) if provider.timezone else None,
            provider.shift_minutes * 60,
            provider.language,
            self.options.retention.past(self.now),
            self.options.retention.future(self.now),
        )
        blocks = iter(unpacked)
        head = next(blocks, b"")
        code, mark, disbelieved = encoding.detect(head)
        if disbelieved:
            disbelieved = self.eraser.text(disbelieved)
            self.problems.add("badencoding", 1, disbelieved, f"declared as {disbelieved}, read as {code}")
        blocks = chain([head[mark:]], blocks)
        if not encoding.ascii_compatible(code):
            blocks, code = encoding.transcode(blocks, code), "utf-8"
        size = 0
        with Pool(rules, self.options.workers) as pool:
            batches = self.eraser.clean(splitter.split(blocks), code)
            jobs = self._jobs(batches, splitter, known, seed, code)
            for (batch, job), result in pool.read(jobs):
                self._take(batch, job, result)
                size += batch.size
                self.progress.parsed(self.found, size)
        return head[mark : mark + 512]

    def _jobs(
        self, batches: Iterator[Batch], splitter: Splitter, known: Known, seed: int, code: str
    ) -> Iterator[tuple[tuple[Batch, Job], Job]]:
        seq, text = 0, self.eraser.text
        for batch in batches:
            job = known.sift(batch, seq, seed)
            job.encoding, job.entities = code, {key: text(value) for key, value in splitter.entities.items()}
            self.found += len(batch.pieces) - len(job.raws)
            seq += len(batch.pieces)
            yield (batch, job), job

    def _take(self, batch: Batch, job: Job, result: Result) -> None:
        """Stage a result and count what came with it."""
        if result.rows:
            stage.add(self.conn, result.rows, result.contents)
        self.found += len(result.rows)
        self.declared += result.channels
        self.counts.skipped += result.skipped
        self.bare += result.bare
        if result.beyond is not None:
            self.beyond = result.beyond if self.beyond is None else min(self.beyond, result.beyond)
        for code, index, subject, message in result.problems:
            line = batch.channels[-1 - index][0] if index < 0 else batch.line_of(job.numbers[index] - 1)
            self.problems.add(code, line, subject, message)


def nothing_usable(head: bytes, skipped: int, problems: Problems) -> FeedError:
    """Why a feed without a single usable programme is refused, judged by its first bytes."""
    start = head.lstrip().lower()
    unusable = sum(problems.total(code) for code in ("nochannel", "badstart", "emptytitle", "notwell"))
    if skipped > unusable:
        return FeedError(
            f"all {skipped} programmes of the feed are outside the retention window; check the feed's dates, or set"
            " retention.past_days and retention.future_days (none keeps all)",
            "outside",
        )
    if not start:
        return FeedError("the feed is empty; check the URL in a browser", "empty")
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return FeedError("the answer is an HTML page, not a guide; check the URL and its credentials", "html")
    if start.startswith((b"{", b"[")):
        return FeedError("the answer is JSON, not an XMLTV guide; check the URL", "json")
    worst = max(problems, key=lambda problem: problems.total(problem.code), default=None)
    reason = f"; {problems.total(worst.code)} times {worst.code}: {worst.message}" if worst else ""
    return FeedError(
        f"the feed holds no programme with a channel, a start and a title{reason}; look at it with: epg-ingest check",
        "noprogrammes",
    )

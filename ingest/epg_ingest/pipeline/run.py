"""One import, from URL to rows.

    download   download.fetch       a URL or a path to a private file and validators; "not modified" ends the import here
    unpack     unpack.layers        the file to blocks of plain XML
    split      parse.splitter       blocks to elements; merge.stored_elements leaves out those that are stored
    parse      parse.pool           elements to rows, in worker processes for a large feed
    stage      stage.tables         rows into private tables
    merge      merge.merge          one write transaction: mappings, schedule, rows, search index, what is shown
    log        pipeline.log         counts, problems, validators; a failure is logged too
    tidy       rule_store.follow_up rules that prove right reach what is stored

`feed_import` takes the steps after the download. This module is the one place that catches errors of a feed and logs them.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shlex
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ..core.database_files import beside
from ..core.deadline import Deadline
from ..core.errors import DatabaseError, EpgError, FeedError
from ..core.locked_folder import sweep
from ..core.models import Problems, Provider
from ..core.redact import redact
from ..core.secret_forms import holds_secret
from ..download.fetch import Source
from ..guide.messages import lost_secrets
from ..parse.feed_secrets import SecretEraser, secrets_in_feeds
from ..series_store.catching_up import catch_up
from ..storage.database import translate, write
from ..storage.vault import Credentials, Vault
from .context import ImportContext
from .failover import import_from
from .feed_sources import FeedSource, sources_of
from .log import ImportLog
from .options import Options, Progress, Silent

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["Options", "Progress", "Silent", "import_lock", "import_runs", "mark_interrupted", "run_import"]

#: what the log says of an import that a signal ended
INTERRUPTED = "the import was interrupted; the guide is as it was before"


@contextmanager
def import_lock(database: Path | str, wait: bool) -> Iterator[None]:
    """One import per database at a time. The lock is the operating system's: it ends with its process, however that ends.

    Raises `DatabaseError` (`busy`) when another import runs and `wait` is False.
    """
    lock = FileLock(beside(database, ".lock"))
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


def import_runs(database: Path | str) -> bool:
    """Whether an import holds the lock now. Makes no file, and needs permission to read only.

    Raises `DatabaseError` (`unreadable`) for a lock file that this user may not read.
    """
    try:
        lock = os.open(beside(database, ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DatabaseError(
            f"whether an import runs cannot be seen: {error.strerror}", "unreadable"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def mark_interrupted(db: Database) -> int:
    """Close the log rows of imports that were killed. Call it only while holding `import_lock`."""
    with write(db, changes_guide=False) as conn:
        return conn.execute(
            "UPDATE import_log SET status = 'failed', completed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),"
            " error_code = 'interrupted', error_message = ? WHERE status = 'running'",
            [INTERRUPTED],
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
    log_row: int | None = None,
    heard: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Import one provider, from its URL or from `file`. `now` is epoch seconds (default: the clock); `log_row` the id of
    its log row if that has begun already.

    Returns the finished row of `import_log` with the provider's name under `provider`; a failed feed is a row with status
    `failed`. `heard` is called with what the server said in place of a guide, which the log does not keep.
    Raises `DatabaseError` when not even the log can be written, `NotFoundError` for a provider that was deleted.
    """
    kept = vault.get(provider.name)
    credentials = kept or Credentials()
    eraser = SecretEraser(frozenset() if provider.public_url else _in_feeds(credentials))
    now = int(time.time()) if now is None else now
    deadline = Deadline(options.limits.deadline)
    problems = Problems(erase=eraser.text, conceal=eraser.conceal)
    context = ImportContext(db, provider, options, now, progress or Silent(), eraser, deadline, problems)
    path = database_path(db)
    with suppress(OSError):
        sweep()
    try:
        log = ImportLog.start(db, provider, options.trigger, now, options.retention, log_row)
    except sqlite3.Error as error:
        raise translate(error, path) from error
    secrets = credentials.secrets
    collecting = gc.isenabled()
    gc.disable()  # rows make no cycles, and walking them again and again cost a tenth of the parsing
    first = None
    try:
        catch_up(db)
        first = import_from(context, log, _sources(kept, file, provider), secrets)
    except EpgError as error:
        _fail(log, error, redact(error.message, secrets), context)
        _pass_on(error, log, secrets, heard)
    except sqlite3.Error as error:
        failure = translate(error, path)
        _fail(log, failure, redact(failure.message, secrets), context)
    except OSError as error:
        failure = DatabaseError(f"the machine refused: {error.strerror or type(error).__name__}", "system")
        _fail(log, failure, redact(failure.message, secrets), context)
    finally:
        if collecting:
            gc.enable()
    if first is not None:
        from ..rule_store.follow_up import after_import

        after_import(db, provider.id, now=now, first=first)
    return log.row()


def _in_feeds(kept: Credentials) -> frozenset[str]:
    """The secrets of all addresses that must not be stored if they are in the feed."""
    return frozenset().union(*(secrets_in_feeds(url, kept.headers) for url in kept.addresses))


def database_path(db: Database) -> str:
    """The file of the main database."""
    return str(next(row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main"))


def _sources(kept: Credentials | None, file: Path | None, provider: Provider) -> list[FeedSource]:
    if file is not None:
        return [FeedSource(0, "", Source(url=str(file)))]
    if found := sources_of(provider, kept or Credentials()):
        return found
    raise _no_url(provider, kept)


def _no_url(provider: Provider, credentials: Credentials | None) -> FeedError:
    if lost := lost_secrets(provider, credentials):
        return FeedError(lost, "nourl")
    name = shlex.quote(provider.name)
    return FeedError(
        f"provider {provider.name} has no URL here; set one with: epg-ingest providers update {name} --url URL,"
        f" or import a file with: epg-ingest import --file PATH --provider {name}",
        "nourl",
    )


def _fail(log: ImportLog, error: EpgError, message: str, context: ImportContext) -> None:
    """Log a failure. On a full disk even that can fail: then the row is closed by the next import."""
    try:
        log.fail(error, message, context.problems, context.counts.skipped)
    except sqlite3.Error:
        log.unsaved = error.code, message


def _pass_on(
    error: EpgError, log: ImportLog, secrets: frozenset[str], heard: Callable[[str], None] | None
) -> None:
    """Tell the caller what the server said in place of a guide, unless it may hold a secret."""
    answer = error.answer if isinstance(error, FeedError) else ""
    held = secrets | (log.download.secrets if log.download else frozenset())
    if heard and answer and not holds_secret(answer, held):
        heard(answer)

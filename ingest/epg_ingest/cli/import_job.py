"""The work of `epg-ingest import`: the chosen providers one after the other, what it says of each, and one cleanup."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import DatabaseError, NotFoundError
from . import app as cli_support
from .app import App, human_size, on_terminal, plural, print_json

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..core.models import Provider
    from ..pipeline.options import Options, Progress

log = logging.getLogger(__name__)

#: the lowest priority: where both want the processor, a process of ordinary priority gets seventy times as much of it
NICE = 19


@dataclass
class ImportJob:
    """One run of the command.

    `rows` are the log rows of the imports that are done. With `announce`, `to_announce` says that the line with the ids of
    the log rows is still to be printed.
    """

    app: App
    force: bool
    trigger: str
    as_json: bool
    announce: bool
    to_announce: bool = field(init=False)
    rows: list[dict[str, Any]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.to_announce = self.announce

    @property
    def failed(self) -> bool:
        """Whether one of the imports failed."""
        return any(row["status"] == "failed" for row in self.rows)

    @contextmanager
    def printed(self) -> Iterator[None]:
        """With --json, print the rows at the end, also when it ends early."""
        try:
            yield
        finally:
            if self.as_json:
                print_json(self.rows)

    def run(self, db: Database, todo: Sequence[Provider], file: Path | None) -> None:
        """Import one provider after the other, then clean up once. Call it while `locked` holds the lock."""
        yield_to_readers()
        from ..expiry import clock_seen
        from ..pipeline.options import Options
        from ..pipeline.run import mark_interrupted
        from .asking.cleanup import clean_up_after_import, retention_in_use

        settings = self.app.settings
        retention, seen = retention_in_use(self.app, db).retention, clock_seen(db.conn)
        options = Options(
            retention,
            settings.limits(),
            force=self.force,
            trigger=self.trigger,
            clock=seen,
            day_zone=settings["scheduler.timezone"],
        )
        found = mark_interrupted(db)
        if found:
            self.app.note(
                f"{plural(found, 'import')} before this one did not finish; the guide is as it was before"
            )
        try:
            for log_row, provider in self._begin(db, todo):
                self._import(db, provider.id, options, file, log_row)
        except BaseException:
            self._give_up(db)
            raise
        if self.rows and not all(row["status"] == "failed" for row in self.rows):
            clean_up_after_import(self.app, db, seen, ask=self.trigger == "cli" and not self.announce)

    def _begin(self, db: Database, todo: Sequence[Provider]) -> Sequence[tuple[int | None, Provider]]:
        """With --announce, begin all log rows at once and print their ids."""
        if not self.announce:
            return [(None, provider) for provider in todo]
        from ..pipeline.log import begin_rows
        from .detached import print_begun

        begun = begin_rows(db, todo, self.trigger, self.app.now)
        self.to_announce = False
        print_begun(begun)
        return begun

    def _import(
        self, db: Database, provider_id: int, options: Options, file: Path | None, log_row: int | None
    ) -> None:
        """Import one provider as it is now: it may have been changed or deleted while it waited for its turn."""
        from ..guide.providers import get_provider
        from ..pipeline.run import run_import

        app, said = self.app, list[str]()
        try:
            provider = get_provider(db, provider_id)
            app.hide_secrets([provider])
            with _progress(app, provider) as shown, _stored(app, provider, shown) as progress:
                row = run_import(
                    db, app.vault, provider, options,
                    file=file, now=app.now, progress=progress, log_row=log_row, heard=said.append,
                )  # fmt: skip
        except NotFoundError:
            app.note("a provider was deleted before its import began")
        else:
            self.rows.append(row)
            report(app, row, as_json=self.as_json or self.announce, answer="".join(said))

    def _give_up(self, db: Database) -> None:
        """Close the row of an import that a signal ended, and those that were begun for imports that will not come."""
        import sqlite3

        from ..pipeline.run import mark_interrupted

        with suppress(sqlite3.Error, DatabaseError):
            if db.conn.in_transaction:
                db.conn.rollback()
            mark_interrupted(db)


def yield_to_readers() -> None:
    """Import at a low priority, worker processes included: on a machine that also serves the guide, readers come first."""
    if cli_support.owns_process and hasattr(os, "setpriority") and os.getpriority(os.PRIO_PROCESS, 0) < NICE:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)


@contextmanager
def locked(app: App, wait: bool) -> Iterator[None]:
    """Hold the lock that lets one import at a time write to the database.

    When another import holds it, say so and wait, or raise `DatabaseError` (`busy`) without `wait`.
    """
    from contextlib import ExitStack

    from ..pipeline.run import import_lock

    with ExitStack() as stack:
        try:
            stack.enter_context(import_lock(app.path, wait=False))
        except DatabaseError as error:
            if error.code != "busy" or not wait:
                raise
            app.note("another import is running; waiting for it to finish")
            stack.enter_context(import_lock(app.path, wait=True))
        yield


def _progress(app: App, provider: Provider) -> AbstractContextManager[Progress]:
    if on_terminal() and not app.quiet:
        from .progress import Bar

        return Bar(provider.name)
    from ..pipeline.options import Silent

    return nullcontext(Silent())


def _stored(app: App, provider: Provider, shown: Progress) -> AbstractContextManager[Progress]:
    """Progress that pages can read, too."""
    from ..pipeline.stored_progress import StoredProgress

    return StoredProgress(str(app.path), provider.id, shown)


def report(app: App, row: dict[str, Any], *, as_json: bool, answer: str = "") -> None:
    """One line for a finished import: a failure on standard error, with what the server said (`answer`), a success in the log
    and on standard output, unless that carries JSON."""
    from ..settings.logs import import_counts, masked, spoken

    if row["status"] == "failed":
        text = f"Error: {row['provider']}: {masked(row['error_message'] or 'failed')}{quoted_answer(answer)}"
        click.echo(spoken(text, "error", **import_counts(row)), err=True)
        return
    text = f"{row['provider']}: {summary(row)}"
    log.info("%s", text, extra=import_counts(row))
    if not as_json and not app.quiet:
        app.say(text)


def quoted_answer(answer: str) -> str:
    """What a server said, for the end of an error message."""
    from ..settings.logs import masked

    return f'; the server says: "{masked(answer)}"' if answer else ""


def summary(row: dict[str, Any]) -> str:
    """A row of `import_log` in words: `success, 12 new, 3 changed, 9,000 unchanged; 2 problems; 1.2 MB`."""
    counts = (
        ("new", "programs_imported"),
        ("changed", "programs_updated"),
        ("removed", "programs_removed"),
        ("unchanged", "programs_unchanged"),
        ("skipped", "programs_skipped"),
    )
    parts = [f"{row[column]:,} {word}" for word, column in counts if row[column]]
    text = ", ".join([row["status"], *(parts or ["nothing to do"])])
    if row["channels_added"]:
        text += f"; {plural(row['channels_added'], 'new channel')}"
    if row["problems"]:
        text += f"; {plural(row['problems'], 'problem')}"
    if row["bytes_downloaded"]:
        text += f"; {human_size(row['bytes_downloaded'])}"
    return text

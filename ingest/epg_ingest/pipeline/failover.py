"""The sources of a provider one after the other, until one of them serves.

A source is passed over if it answers an error, if what it gives cannot be read, and if its guide is older or shorter than the
one that is stored. The import log says so. Each source but the last gets half of the time that is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..core.deadline import Deadline
from ..core.errors import DownloadError, FeedError
from ..core.models import Counts, Problems
from ..core.redact import redact
from ..core.times import iso
from ..download.fetch import Download, Source, fetch
from ..guide.sourcing import quota
from ..parse.feed_secrets import SecretEraser
from .context import ImportContext
from .feed_sources import FeedSource, check_account
from .import_window import ImportWindow
from .log import ImportLog, Previous

log = logging.getLogger(__name__)

#: errors that another source would meet as well
_FINAL = frozenset(("quota", "changed", "diskfull"))


def import_from(
    context: ImportContext, row: ImportLog, sources: Sequence[FeedSource], secrets: Iterable[str]
) -> bool | None:
    """Import from the first source that serves; `row` is then finished. Raises what the only source raises.

    Returns whether the provider had no programmes before, None if the feed is that of the last import.

    Of several, none of which serves, raises `DownloadError` (`mirrors`) with a sentence for each. `secrets` are masked in what
    is logged of them.
    """
    if len(sources) == 1:
        return _take(context, row, sources[0], secrets)
    passed: list[tuple[FeedSource, DownloadError | FeedError]] = []
    for feed_source in sources:
        left = context.deadline.left()
        attempt = replace(
            context,
            deadline=context.deadline if feed_source is sources[-1] else Deadline(left / 2),
            others=True,
            problems=_noted(replace(context.problems, rows={}, subjects={}), passed, secrets),
            counts=Counts(),
        )
        try:
            return _take(attempt, row, feed_source, secrets)
        except (DownloadError, FeedError) as error:
            if error.code in _FINAL:
                _noted(context.problems, passed, secrets)
                raise
            log.info(
                "%s: %s is passed over: %s",
                context.provider.name,
                feed_source.label,
                redact(error.message, secrets),
            )
            passed.append((feed_source, error))
    _noted(context.problems, passed, secrets)
    raise _none_served(passed)


def _noted(
    problems: Problems,
    passed: Iterable[tuple[FeedSource, DownloadError | FeedError]],
    secrets: Iterable[str],
) -> Problems:
    """`problems` with a row for each source that was passed over."""
    for feed_source, error in passed:
        problems.add("mirror", None, feed_source.label, redact(error.message, secrets))
    return problems


def _none_served(passed: Sequence[tuple[FeedSource, DownloadError | FeedError]]) -> DownloadError:
    reasons = "; ".join(f"{feed_source.place}: {error.message}" for feed_source, error in passed)
    statuses = [error.http_status for _, error in passed if isinstance(error, DownloadError)]
    return DownloadError(
        f"none of the {len(passed)} addresses serves a guide as good as the one that is stored ({reasons})",
        "mirrors",
        next((status for status in reversed(statuses) if status is not None), None),
    )


def _take(
    context: ImportContext, row: ImportLog, feed_source: FeedSource, secrets: Iterable[str]
) -> bool | None:
    """The steps of an import from one source, in order. Raises what they raise; `row` is finished when all have been taken.

    Returns what `import_from` does.
    """
    provider, options = context.provider, context.options
    previous = Previous.of(context.db, provider, options.retention, context.now)
    source, place = feed_source.source, feed_source.place or None
    etag, last_modified = previous.validators(context.db, provider, place)
    if not options.force:
        source = replace(source, etag=etag, last_modified=last_modified)
    context.progress.stage("download")
    if place:
        _count(context, row)
        check_account(feed_source, options.limits, context.deadline, context.now)
    with _fetched(context, source, feed_source.label, secrets) as download:
        window = _window(context, download)
        row.downloaded(_without_secrets(download, context.eraser), place)
        row.under(window)
        same = download.path is None or (previous.usable and download.sha256 == previous.sha256)
        if same and not options.force:
            window.settle(None)
            row.under(window)
            row.unchanged(replace(previous, etag=etag, last_modified=last_modified), context.problems)
            return None
        if context.others and not options.force:
            from .freshness import made_earlier

            if error := made_earlier(previous.last_modified, download.last_modified, window.now):
                raise error
        from .feed_import import FeedImport

        reading = FeedImport(context, window)
        reading.run(row, download)
        return reading.first


def _window(context: ImportContext, download: Download) -> ImportWindow:
    """What of the retention window counts, after what the server said of the time; its secrets are learned as well."""
    options = context.options
    if not context.provider.public_url:
        context.eraser.learn(download.secrets)
    if download.clock_ahead is not None:
        options.clock.ahead.append(download.clock_ahead)
    return ImportWindow.of(context.db.conn, options.retention, context.now, options.clock)


@contextmanager
def _fetched(
    context: ImportContext, source: Source, label: str, secrets: Iterable[str]
) -> Iterator[Download]:
    """The download. What a command wrote to standard error is noted, whether it failed or not."""
    deadline, progress = context.deadline, context.progress.download
    try:
        with fetch(source, context.options.limits, deadline=deadline, progress=progress) as download:
            _note_said(context, label, download.said, secrets)
            yield download
    except DownloadError as error:
        _note_said(context, label, error.said, secrets)
        raise


def _note_said(context: ImportContext, label: str, said: str, secrets: Iterable[str]) -> None:
    if said:
        text = redact(said, secrets)
        log.info("%s: %s said: %s", context.provider.name, label, text)
        context.problems.add("stderr", None, label, text)


def _count(context: ImportContext, row: ImportLog) -> None:
    """Count a download. Raises `DownloadError` (`quota`) where the provider may not be asked any more on this day."""
    provider, zone = context.provider, context.provider.schedule_timezone or context.options.day_zone
    most = None if context.options.force else provider.downloads_per_day
    if again := quota.resumes(context.db.conn, provider.id, most, context.now, zone):
        raise DownloadError(
            f"{provider.name} had its {most} downloads of this day (downloads_per_day); the next is at {iso(again)},"
            " or now with --force",
            "quota",
        )
    row.begin_download()


def _without_secrets(download: Download, eraser: SecretEraser) -> Download:
    """The download as the log may show it: a validator that quotes the address is not kept."""
    etag, modified = download.etag, download.last_modified
    return replace(
        download,
        etag=etag if etag is None or eraser.conceal(etag) == etag else None,
        last_modified=modified if modified is None or eraser.conceal(modified) == modified else None,
    )

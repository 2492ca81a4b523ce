"""What a reader is given and what it gives back, as values that also travel between processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from ..stage import tables
from .batch import MAX_MARKS, shortened
from .channel_element import Channel

#: code, index, subject and message of a problem. The index is that of the programme in its job; -1 - n is the n-th channel.
FoundProblem = tuple[str, int, str | None, str | None]


@dataclass
class Job:
    """New elements of one stretch of the feed.

    `raws` are programmes without their end tags, `hashes` the hashes of those bytes, and `numbers` their places in the feed,
    counted from `first_seq`. `channels` are whole elements. `unclosed` are the indexes of programmes that had no end tag.
    """

    first_seq: int
    numbers: list[int]
    raws: list[bytes]
    hashes: list[int]
    channels: list[bytes] = field(default_factory=list)
    unclosed: frozenset[int] = frozenset()
    encoding: str = "utf-8"
    entities: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """What was read from a job.

    `rows`, `marks` and `contents` have the columns `STAGED`, `MARK` and `CONTENT` of `stage.columns`. `contents` are those that
    no earlier row has used. `skipped` counts programmes that are unusable or outside the window, `unusable` only the former,
    `bare` counts times without an offset, and `beyond` is the earliest start after the window, in epoch seconds.
    """

    rows: list[tuple[Any, ...]]
    marks: list[tuple[Any, ...]]
    contents: list[tuple[Any, ...]]
    channels: list[Channel]
    problems: list[FoundProblem]
    skipped: int
    unusable: int
    bare: int
    beyond: int | None


@dataclass
class BatchReport:
    """What remains to be known of a `Result` once its rows are staged.

    `found` is the number of rows, and `used` the ids of their channels in the order of the feed. The other fields are those of
    the result.
    """

    found: int
    used: list[str]
    marks: list[tuple[Any, ...]]
    channels: list[Channel]
    problems: list[FoundProblem]
    skipped: int
    unusable: int
    bare: int
    beyond: int | None


def within_marks(job: Job, report: Callable[[int, str, str], None]) -> Job:
    """The job without what its elements have beyond `MAX_MARKS`.

    `report` is called with the index of each element that was cut, its name, and what became of it.
    """
    if max(map(len, [*job.raws, *job.channels]), default=0) <= MAX_MARKS:
        return job
    raws, channels = list(map(shortened, job.raws)), list(map(shortened, job.channels))
    what = f"cut after {MAX_MARKS:,} tags, references and attributes"
    for index, raw in enumerate(raws):
        if raw is not job.raws[index]:
            report(index, "programme", what)
    for index, raw in enumerate(channels):
        if raw is not job.channels[index]:
            channels[index] = raw + b"</channel>"
            report(-1 - index, "channel", what)
    return replace(job, raws=raws, channels=channels)


def stage_result(result: Result, conn: sqlite3.Connection, schema: str) -> BatchReport:
    """Put the rows and contents of a result into the staging tables of `schema`. Raises `sqlite3.Error`."""
    if result.rows:
        tables.add(conn, schema, result.rows, result.contents)
    return BatchReport(
        found=len(result.rows),
        used=list(dict.fromkeys(map(itemgetter(1), result.rows))),
        marks=result.marks,
        channels=result.channels,
        problems=result.problems,
        skipped=result.skipped,
        unusable=result.unusable,
        bare=result.bare,
        beyond=result.beyond,
    )


def with_texts_repaired(job: Job) -> Job:
    """The job with texts that were encoded twice mended."""
    from .repair.double_encoding import repaired

    return replace(
        job,
        raws=[repaired(raw, job.encoding) for raw in job.raws],
        channels=[repaired(raw, job.encoding) for raw in job.channels],
    )

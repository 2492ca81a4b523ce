"""Which retention counts when settings are gone that a former cleanup had: the more careful one. Pure.

A configuration file that is missing, empty or without its retention section sets nothing, and the defaults would delete what
the operator wanted to keep.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from ..core.limits import Retention

_DAYS = ("past_days", "future_days", "log_days", "ledger_days")
#: of a cleanup that knew no ledger
_FORMER = {"ledger_days": 400}


@dataclass(frozen=True)
class LastUsed:
    """What a cleanup kept, as in `generation.retention`. Of the archive only whether there was one: its path is private."""

    past_days: int | None
    future_days: int | None
    log_days: int | None
    archive: bool
    ledger_days: int | None = 400

    def as_json(self) -> str:
        return json.dumps(vars(self))


@dataclass(frozen=True)
class RetentionInUse:
    """The retention for a cleanup, what to note of it for the next one, and what is gone, a sentence for each setting."""

    retention: Retention
    noted: LastUsed
    gone: tuple[str, ...] = ()


def last_used(text: str | None) -> LastUsed | None:
    """The value of `generation.retention`; None before the first cleanup, and for what this program has not written."""
    try:
        found = {**_FORMER, **json.loads(text or "")}
        past, future, logs, ledger = (None if found[name] is None else int(found[name]) for name in _DAYS)
        return LastUsed(past, future, logs, bool(found["archive"]), ledger)
    except (ValueError, TypeError, KeyError):
        return None


def as_set(present: Retention) -> RetentionInUse:
    """The present settings, whatever was used before."""
    noted = LastUsed(
        present.past_days,
        present.future_days,
        present.log_days,
        present.archive is not None,
        present.ledger_days,
    )
    return RetentionInUse(present, noted)


def in_use(present: Retention, last: LastUsed | None, given: Collection[str]) -> RetentionInUse:
    """The present settings, except that a default keeps no less than the last cleanup did.

    `given` are the keys that somebody has set, such as `retention.past_days`. Where the archive is gone, ended programmes stay.
    """
    if last is None:
        return as_set(present)
    gone, days = [], {}
    for name in _DAYS:
        now, before = getattr(present, name), getattr(last, name)
        days[name] = now
        if f"retention.{name}" not in given and now is not None and (before is None or before > now):
            days[name] = before
            gone.append(
                f"retention.{name} is {now} by default, but was {_word(before)} at the last cleanup, which still counts"
            )
    kept = replace(present, **days)
    without = last.archive and present.archive is None and "archive.path" not in given
    if without:
        gone.append(
            "archive.path is not set, but was at the last cleanup: ended programmes are kept until it is set again"
        )
    noted = LastUsed(**days, archive=without or present.archive is not None)
    return RetentionInUse(replace(kept, past_days=None) if without else kept, noted, tuple(gone))


def _word(days: int | None) -> str:
    return "none" if days is None else str(days)

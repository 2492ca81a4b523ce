"""Why a feed without a single usable programme is refused, judged by its first bytes. Pure."""

from __future__ import annotations

from ..core.errors import FeedError
from ..core.models import Problems
from .other_answer import other_answer


def nothing_usable(head: bytes, skipped: int, problems: Problems, damage: str | None) -> FeedError:
    """The error for a feed that begins with `head`. `damage` is that of its packing."""
    start = head.lstrip()
    unusable = sum(problems.total(code) for code in ("nochannel", "badstart", "emptytitle", "notwell"))
    if skipped > unusable:
        return FeedError(
            f"{_all_of(skipped)} outside the retention window; check the feed's dates, or set"
            " retention.past_days and retention.future_days (none keeps all)",
            "outside",
        )
    if not start and damage:
        return FeedError(
            f"nothing can be read from the feed: {damage}; download it again, or check the URL", "empty"
        )
    if not start:
        return FeedError("the feed is empty; check the URL in a browser", "empty")
    return (None if skipped else other_answer(start)) or _no_programme(problems)


def printed_by_a_command(error: FeedError) -> FeedError:
    """The error as it is for what a command printed: there is no address to check."""
    said, advice, _ = str(error).partition("; check the URL")
    if not advice:
        return error
    said = said.removesuffix("; download it again, or")
    return FeedError(f"{said}; run the command by hand to see what it prints", error.code, error.answer)


def _all_of(skipped: int) -> str:
    return (
        "the only programme of the feed is" if skipped == 1 else f"all {skipped} programmes of the feed are"
    )


def _no_programme(problems: Problems) -> FeedError:
    worst = max(problems, key=lambda problem: problems.total(problem.code), default=None)
    count = problems.total(worst.code) if worst else 0
    times = "once" if count == 1 else f"{count:,} times"
    reason = f"; {times} {worst.code}: {worst.message}" if worst else ""
    return FeedError(
        f"the feed holds no programme with a channel, a start and a title{reason}; look at it with: epg-ingest check",
        "noprogrammes",
    )

"""What a message says: its title and text for people, and its data for programs. Text of feeds is put in as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.times import from_iso, iso
from .airing import WatchedAiring
from .conditions import clock_of, local
from .watch import Watch

#: what a message can be about
BEFORE, MATCH, MOVED, CANCELLED, DIGEST, OPERATOR, TEST = (
    "programme.starting", "programme.matched", "programme.moved", "programme.cancelled", "digest", "operator", "test",
)  # fmt: skip
TYPES = (BEFORE, MATCH, MOVED, CANCELLED, DIGEST, OPERATOR, TEST)
#: programmes that a digest names
MOST = 50


def message(kind: str, moment: int, title: str, text: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A message as it is stored and as webhooks send it. `moment` is when it was decided, in epoch seconds."""
    return {"type": kind, "timestamp": iso(moment), "data": {"title": title, "text": text, **data}}


def about(
    kind: str,
    watch: Watch,
    airing: WatchedAiring,
    reason: str,
    now: int,
    *,
    before: WatchedAiring | None = None,
) -> dict[str, Any]:
    """The message about one showing; `before` is what was told of it, for one that moved."""
    when = clock_of(airing.start, watch.timezone)
    called = _called(airing)
    title, text = {
        BEFORE: (f"{airing.title}: {when} on {airing.channel}", f"{called} begins {when} on {airing.channel}."),
        MATCH: (f"New for {watch.name}: {airing.title}", f"{called} is on {airing.channel}, {when}."),
        MOVED: (f"Moved: {airing.title}, {when}", f"{called} on {airing.channel} now begins {when}."),
        CANCELLED: (f"Cancelled: {airing.title}, {when}", f"{called} on {airing.channel}, {when}, is no longer in the guide."),
    }[kind]  # fmt: skip
    if before is not None:
        text += f" It was to begin {clock_of(before.start, watch.timezone)}."
    data: dict[str, Any] = {"watch": _watch(watch), "programme": _programme(airing), "reason": reason}
    if before is not None:
        data["before"] = _programme(before)
    return message(kind, now, title, f"{text}\nWatch: {watch.name} ({reason})", data)


def before_of(message: Mapping[str, Any]) -> WatchedAiring:
    """What was told before of the showing that a message says has moved."""
    said = dict(message["data"]["before"])
    ident, start, end = said.pop("id"), from_iso(said.pop("start_time")), from_iso(said.pop("end_time"))
    del said["path"]
    return WatchedAiring(program_id=ident, start=start, end=end, **said)


def digest(
    moment: int, timezone: str, rows: Sequence[tuple[Watch, WatchedAiring, str]], now: int
) -> dict[str, Any]:
    """The daily digest: showings of the day with their watches, by start."""
    lines = [
        f"{clock_of(airing.start, timezone)}  {_called(airing)} on {airing.channel} ({watch.name})"
        for watch, airing, _ in rows[:MOST]
    ]
    lines += [f"and {len(rows) - MOST:,} more"] if len(rows) > MOST else []
    named = [
        {"watch": _watch(watch), "programme": _programme(airing), "reason": reason}
        for watch, airing, reason in rows[:MOST]
    ]
    count = f"{len(rows):,} programme{'' if len(rows) == 1 else 's'}"
    title = f"{local(moment, timezone):%A}: {count} of your watches"
    return message(DIGEST, now, title, "\n".join(lines), {"programmes": named})


def operator(kind: str, line: str, now: int) -> dict[str, Any]:
    """The message for the operator: what is wrong, in one line."""
    return message(OPERATOR, now, f"TV guide: {_HEADINGS.get(kind, kind)}", line, {"alarm": kind})


_HEADINGS = {
    "import": "an import failed",
    "gate": "an import was stopped",
    "stale": "a provider is stale",
    "coverage": "the guide does not reach far enough",
    "clock": "a clock is wrong",
    "never": "a provider was never imported",
    "none": "no provider is enabled",
    "disk": "the disk is nearly full",
}


def test_message(name: str, now: int) -> dict[str, Any]:
    """What the test button sends."""
    return message(TEST, now, "Test of your TV guide", f"Messages for the target {name} arrive here.", {})


def _called(airing: WatchedAiring) -> str:
    number = "".join(
        f"{letter}{value}"
        for letter, value in (("S", airing.season), ("E", airing.episode))
        if value is not None
    )
    return " ".join(
        part for part in (airing.title, number, f"“{airing.subtitle}”" if airing.subtitle else "") if part
    )


def _watch(watch: Watch) -> dict[str, Any]:
    return {"id": watch.id, "name": watch.name}


def _programme(airing: WatchedAiring) -> dict[str, Any]:
    return {
        "id": airing.program_id, "channel_id": airing.channel_id, "channel": airing.channel, "title": airing.title,
        "subtitle": airing.subtitle, "season": airing.season, "episode": airing.episode,
        "series_id": airing.series_id, "episode_id": airing.episode_id, "showing": airing.showing,
        "start_time": iso(airing.start), "end_time": iso(airing.end), "path": f"/guide/program/{airing.program_id}",
    }  # fmt: skip

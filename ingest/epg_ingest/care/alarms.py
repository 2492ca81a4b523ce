"""What a monitoring program should wake somebody for: pure, from what `guide.status` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.clock_evidence import PATIENCE
from ..core.times import from_iso


@dataclass(frozen=True)
class AlarmBounds:
    """Hours since the last good import of a provider, and hours that its programmes must still reach."""

    max_age: float = 48.0
    min_ahead: float = 12.0


class Alarm(NamedTuple):
    """Something that is wrong: with which provider ("": with the guide), of which kind (`import`, `gate`, `stale`, `coverage`,
    `clock`, `never`, `none`), in one line."""

    provider: str
    kind: str
    line: str


def alarms(found: Mapping[str, Any], bounds: AlarmBounds, now: int) -> list[str]:
    """One line for each thing that is wrong with the enabled providers, or for a guide without any; `now` in epoch seconds."""
    return [alarm.line for alarm in all_alarms(found, bounds, now)]


def all_alarms(found: Mapping[str, Any], bounds: AlarmBounds, now: int) -> list[Alarm]:
    """The same with what each is about."""
    providers = [provider for provider in found["providers"] if provider["enabled"]]
    if not providers:
        return [Alarm("", "none", "no provider is enabled; see: epg-ingest providers list")]
    return [
        Alarm(provider["name"], kind, line)
        for provider in providers
        for kind, line in _of_provider(provider, bounds, now)
    ]


def _of_provider(provider: Mapping[str, Any], bounds: AlarmBounds, now: int) -> list[tuple[str, str]]:
    name, last = provider["name"], provider["last_import"]
    began = last.get("started_at") if last else None
    if began is not None and from_iso(began) > now + PATIENCE:
        return [
            (
                "clock",
                f"{name}: the last import is dated {began}, in the future: the clock is wrong, or was then",
            )
        ]
    if provider["last_good_at"] is None:
        return [("never", f"{name}: {_never(last)}")]
    lines = []
    if last["status"] == "failed":
        kind = "gate" if last.get("error_code") == "gate" else "import"
        lines.append((kind, f"{name}: the last import failed: {last['error_message']}"))
    hours = (now - from_iso(provider["last_good_at"])) / 3600
    if hours > bounds.max_age:
        said = f"{name}: stale: no good import for {hours:.0f} hours; at most {bounds.max_age:g} are wanted"
        lines.append(("stale", said))
    if provider["hours_ahead"] < bounds.min_ahead:
        ahead = provider["hours_ahead"]
        said = f"{name}: programmes for {ahead:g} hours only; at least {bounds.min_ahead:g} are wanted"
        lines.append(("coverage", said))
    return lines


def _never(last: Mapping[str, Any] | None) -> str:
    if last is not None and last["status"] == "failed":
        return f"the first import failed: {last['error_message']}"
    return "has never been imported; run: epg-ingest import"

"""The form of a watch: what was typed, as settings, and settings as the form shows them."""

from collections.abc import Mapping
from typing import Any

from ...base.answer import Refused
from ...shell.marking import marked as _
from ..forms import FormFields, number

KINDS = (
    ("words", _("Words")), ("title", _("A whole title")), ("person", _("A person")),
    ("series", _("A series, by its number")), ("pattern", _("A pattern (RE2)")),
)  # fmt: skip
ONCE_PER = (
    ("episode", _("Once per episode")), ("day", _("Once a day")), ("showing", _("For every showing")),
)  # fmt: skip
DAYS = (
    ("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday")), ("thu", _("Thursday")), ("fri", _("Friday")),
    ("sat", _("Saturday")), ("sun", _("Sunday")),
)  # fmt: skip
#: what the boxes of the form are called, by the setting that they are of
LABELS = {
    "kind": _("What it looks for"), "value": _("Words, title, name, number or pattern"), "name": _("What you call it"),
    "channels": _("Channels"), "lineup_id": _("Line-up"), "days": _("Days; none means all"),
    "from_time": _("Begins at or after"), "to_time": _("Begins before"), "timezone": _("Time zone"),
    "once_per": _("How often"), "lead_minutes": _("Minutes before the start"),
    "targets": _("Where to; none means everywhere"),
}  # fmt: skip
_TEXTS = ("name", "from_time", "to_time", "timezone")
_FLAGS = ("new_only", "tell_match", "digest")


def settings(fields: FormFields) -> dict[str, Any]:
    """The settings in a form. Raises `Refused` (400) for what is no number."""
    found: dict[str, Any] = {
        "kind": fields.get("kind", ""),
        "value": fields.get("value", ""),
        "once_per": fields.get("once_per", "episode"),
        "channels": _ids(",".join(fields.all("channels")), "channels"),
        "lineup_id": number(fields.get("lineup_id"), "lineup_id"),
        "lead_minutes": number(fields.get("lead_minutes", "").strip(), "lead_minutes"),
        "days": [day for day, _label in DAYS if fields.get(f"day_{day}")],
        "targets": [
            number(name.removeprefix("target_"), "targets") for name in fields if name.startswith("target_")
        ],
        "enabled": bool(fields.get("enabled")),
    }
    texts = {name: fields.get(name, "").strip() or None for name in _TEXTS}
    return {
        **found,
        **texts,
        **{name: bool(fields.get(name)) for name in _FLAGS},
        "timezone": texts["timezone"] or "UTC",
    }


def typed(fields: FormFields) -> dict[str, Any]:
    """What was typed, as the form shows it again, whether or not it can be read."""
    texts = {name: fields.get(name, "") for name in ("kind", "value", "once_per", "lead_minutes", *_TEXTS)}
    flags = {name: bool(fields.get(name)) for name in ("enabled", *_FLAGS)}
    chosen = [name.removeprefix("target_") for name in fields if name.startswith("target_")]
    return {
        **texts, **flags, "channels": fields.all("channels"),
        "channel_name": fields.get("channel_name", ""),
        "lineup_id": _whole(fields.get("lineup_id", "")), "targets": [_whole(ident) for ident in chosen],
        "days": [day for day, _label in DAYS if fields.get(f"day_{day}")],
    }  # fmt: skip


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def empty(zone: str, given: Mapping[str, str]) -> dict[str, Any]:
    """What the form of a new watch has. An address gives what it looks for: `kind` and `value`."""
    kind = given.get("kind", "")
    return {
        "kind": kind if kind in dict(KINDS) else "words", "value": given.get("value", ""), "name": "",
        "once_per": "episode", "channels": [], "lineup_id": None, "lead_minutes": 15,
        "days": [], "targets": [], "from_time": None, "to_time": None, "timezone": zone,
        "new_only": False, "tell_match": False, "digest": False, "enabled": True,
    }  # fmt: skip


def _ids(text: str, what: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [number(part, what) for part in parts]
    if None in found:
        raise Refused(400, f"{what} must be numbers, as 1,2,3")
    return [ident for ident in found if ident is not None]

"""The form of a line-up's settings: from the text in its boxes to the values of the API, and back."""

import hashlib
import json
from typing import Any

from ..api.lineup_writes import DEFAULTS
from ..shell.marking import marked as _
from .forms import FormFields
from .provider_form import add_headers

LABELS = {
    "name": _("Name"), "title": _("Title"), "url": _("Address"), "source_kind": _("Kind of the source"),
    "kinds": _("What to take"), "id_scheme": _("Ids"), "filler": _("Filler in minutes"),
    "episode_ids": _("Ids of episodes"), "headers": _("Request headers"), "private_addresses": _("Private addresses"),
    "list": _("A list as a file"), "text": _("A list as text"),
}  # fmt: skip
#: kinds of entries, with their boxes
TAKEN = {"tv": _("Television"), "radio": _("Radio stations"), "vod": _("Films and series")}
SCHEMES = {
    "source": _("as the source has them"), "guide": _("names of channels in the guide"),
    "number": _("numbers of the entries"), "safe": _("letters, digits, hyphens and dots only"),
}  # fmt: skip
SOURCES = {
    "": _("The answer tells"), "m3u": _("M3U playlist"), "hdhomerun": _("HDHomeRun tuner"),
    "xtream": _("Xtream account"), "tvheadend": "tvheadend", "csv": _("CSV table"),
}  # fmt: skip
#: settings that the form changes
SETTINGS = (
    "name",
    "title",
    "url",
    "source_kind",
    "kinds",
    "id_scheme",
    "filler",
    "episode_ids",
    "private_addresses",
)
NEW: dict[str, Any] = {"name": "", "title": "", **DEFAULTS, "source_kind": None}


def shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as the boxes show them. Headers stay empty, because their values are never given out."""
    kind = settings["source_kind"]
    texts = {key: "" if settings[key] is None else settings[key] for key in SETTINGS}
    ticks = {f"kind_{kind}": kind in settings["kinds"] for kind in TAKEN}
    return {**texts, **ticks, "source_kind": kind if kind in SOURCES else "", "headers": "", "text": ""}


def retyped(fields: FormFields) -> dict[str, Any]:
    """What was typed, without the values of headers."""
    flags = {key: key in fields for key in (*(f"kind_{kind}" for kind in TAKEN), "clear_headers")}
    typed = bool(fields.get("headers", "").strip())
    return {**{key: fields.get(key, "") for key in LABELS}, **flags, "headers": "", "headers_typed": typed}


def parsed(fields: FormFields, allow_private: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings as the API takes them, and the mistakes by field.

    Headers are among the settings only if they were typed or are to be removed; otherwise they stay as they are.
    """
    errors: dict[str, str] = {}
    name = fields.get("name", "").strip()
    values: dict[str, Any] = {
        "name": name,
        "title": fields.get("title", "").strip() or name,
        "url": fields.get("url", "").strip() or None,
        "source_kind": fields.get("source_kind") or None,
        "kinds": [kind for kind in TAKEN if f"kind_{kind}" in fields],
        "id_scheme": fields.get("id_scheme", "source"),
        "episode_ids": "episode_ids" in fields,
    }
    minutes = fields.get("filler", "").strip() or "0"
    if minutes.isascii() and minutes.isdigit() and len(minutes) <= 9:
        values["filler"] = int(minutes)
    else:
        errors["filler"] = "filler must be a whole number of minutes"
    if fields.get("headers", "").strip():
        add_headers(values, errors, fields["headers"])
    elif "clear_headers" in fields:
        values["headers"] = {}
    if allow_private:
        values["private_addresses"] = fields.get("private_addresses", "deny")
    return values, errors


def wrong(values: dict[str, Any]) -> dict[str, str]:
    """The mistakes in settings that would be refused, by field."""
    from epg_ingest.changes.lineup_operations import wrong_lineup

    return wrong_lineup(values)


def differing(values: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """The settings to change. Headers cannot be compared, so those that were typed are set. With a new address the answer tells
    its kind, unless it is an account, which no answer tells."""
    known = {**current, "source_kind": current["source_kind"] or None}
    if known["source_kind"] not in SOURCES:
        known["source_kind"] = None
    changes = {key: value for key, value in values.items() if key == "headers" or value != known[key]}
    if "url" in changes and known["source_kind"] == values["source_kind"] == "xtream":
        changes["source_kind"] = "xtream"
    return changes


def state_of(current: dict[str, Any]) -> str:
    """What tells whether somebody has changed the settings since the form was loaded."""
    facts = json.dumps([current[key] for key in SETTINGS] + [current["headers"]])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]

"""The form of a provider's settings: from the text in its boxes to the values of the API, and back."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Any
from urllib.parse import urlsplit

from ..api import writes
from ..shell.marking import marked as _
from .forms import FormFields

LABELS = {
    "name": _("Name"), "xmltv_url": _("Address"), "public_url": _("Publish the whole address"), "enabled": _("Enabled"),
    "priority": _("Priority"), "timezone": _("Time zone"), "shift_minutes": _("Shift in minutes"),
    "language": _("Languages"), "channel_policy": _("Channels"), "repair_text": _("Repair texts"),
    "headers": _("Request headers"), "private_addresses": _("This server is on my network"),
    "kind": _("Kind of source"), "mirrors": _("Mirrors"), "username": _("User name"), "password": _("Password"),
    "schedule": _("Schedule"), "schedule_timezone": _("Zone of the schedule"),
    "downloads_per_day": _("Downloads a day"),
}  # fmt: skip
DEFAULTS: dict[str, Any] = {"name": "", **writes.DEFAULTS}
#: characters of a name that is made from an address
MAX_NAME = 40
WHOLE = "must be a whole number"
NO_COLON = "line {} is not of the form Name: value"
TWICE = "line {} has a name that is there already"


def shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as the boxes show them. Headers and the account stay empty, because their values are never given out."""
    texts = {key: "" if settings.get(key) is None else settings[key] for key in LABELS}
    lines = {"language": ", ".join(settings["language"]), "mirrors": "\n".join(settings["mirrors"])}
    return {**texts, **lines, "headers": "", "clear_headers": False}


def retyped(fields: FormFields) -> dict[str, Any]:
    """What was typed, without the values of headers."""
    typed: dict[str, Any] = {key: fields.get(key, "") for key in LABELS}
    flags = {key: key in fields for key in ("enabled", "public_url", "repair_text", "clear_headers")}
    return {
        **typed,
        **flags,
        "headers": "",
        "password": "",
        "headers_typed": bool(fields.get("headers", "").strip()),
    }


def name_from(address: str, taken: Iterable[str]) -> str:
    """A name for a new provider: what tells its host from others, with a number where that is taken."""
    host = (urlsplit(address).hostname or "feed").removeprefix("www.")
    parts = [part for part in host.split(".") if not part.isdigit()]
    name = (parts[-2] if len(parts) > 1 else parts[0] if parts else "home")[:MAX_NAME]
    known = {one.casefold() for one in taken}
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if one.casefold() not in known)


def parsed(fields: FormFields, allow_private: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings as the API takes them, and the mistakes by field.

    Headers are among the settings only if they were typed or are to be removed; otherwise they stay as they are.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {
        "name": fields.get("name", "").strip(),
        "xmltv_url": fields.get("xmltv_url", "").strip() or None,
        "public_url": "public_url" in fields,
        "enabled": "enabled" in fields,
        "timezone": fields.get("timezone", "").strip() or None,
        "language": fields.get("language", "").replace(",", " ").split(),
        "channel_policy": fields.get("channel_policy", "all"),
        "repair_text": "repair_text" in fields,
    }
    for key in ("priority", "shift_minutes", "downloads_per_day"):
        _add_number(values, errors, key, fields.get(key, "").strip())
    _add_source(values, fields)
    if fields.get("headers", "").strip():
        add_headers(values, errors, fields["headers"])
    elif "clear_headers" in fields:
        values["headers"] = {}
    if allow_private:
        values["private_addresses"] = "allow" if fields.get("private_addresses") == "allow" else "deny"
    return values, errors


def _add_source(values: dict[str, Any], fields: FormFields) -> None:
    """What the boxes say of the source. An account is set only where it was typed. A command has no boxes."""
    for key in ("schedule", "schedule_timezone"):
        values[key] = fields.get(key, "").strip() or None
    for key in ("username", "password"):
        if fields.get(key, "").strip():
            values[key] = fields[key].strip()
    if fields.get("kind") == "command":
        del values["xmltv_url"]
    else:
        values["kind"] = fields.get("kind", "url")
        values["mirrors"] = fields.get("mirrors", "").split()


def _add_number(values: dict[str, Any], errors: dict[str, str], key: str, text: str) -> None:
    """An empty box is the default."""
    digits = text.removeprefix("-")
    if not text:
        values[key] = writes.DEFAULTS[key]
    elif digits.isascii() and digits.isdigit() and len(digits) <= 9:
        values[key] = int(text)
    else:
        errors[key] = f"{key} {WHOLE}"


def add_headers(values: dict[str, Any], errors: dict[str, str], text: str) -> None:
    """Messages never repeat a line, because it may be secret."""
    found: dict[str, str] = {}
    for place, line in enumerate(text.split("\n"), 1):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or not name.strip():
            errors["headers"] = NO_COLON.format(place)
        elif name.strip().lower() in (known.lower() for known in found):
            errors["headers"] = TWICE.format(place)
        found[name.strip()] = value.strip()
    values["headers"] = found


def wrong(values: dict[str, Any]) -> dict[str, str]:
    """The mistakes in settings that would be refused, by field."""
    from epg_ingest.changes.operations import wrong_settings

    return wrong_settings(values)


def differing(values: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """The settings to change. Headers and an account cannot be compared, so those that were typed are set."""
    unknown = ("headers", "username", "password")
    return {key: value for key, value in values.items() if key in unknown or value != current[key]}

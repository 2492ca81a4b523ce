"""The settings in the body of a write: whether each has its JSON type. `epg_ingest` checks whether its value makes sense."""

from collections.abc import Callable
from typing import Any

from ..base.answer import Refused

Check = Callable[[Any], bool]
Fields = dict[str, tuple[Check, str]]
#: the name of a body and its settings of the right type → what is wrong with their values
Judge = Callable[[str, dict[str, Any]], list[str]]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_reference(value: Any) -> bool:
    return is_text(value) or is_int(value)


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _headers(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_text, value.values()))


TEXT = (is_text, "text")
TEXT_OR_NULL = (_or_null(is_text), "text or null")
INT = (is_int, "a whole number")
FLAG = (is_flag, "true or false")
REFERENCE = (is_reference, "a name or an id")
PROVIDER: Fields = {
    "name": TEXT, "xmltv_url": TEXT_OR_NULL, "public_url": FLAG, "enabled": FLAG, "priority": INT,
    "timezone": TEXT_OR_NULL, "shift_minutes": INT, "language": (_list_of(is_text), "a list of texts"),
    "channel_policy": TEXT, "repair_text": FLAG, "headers": (_headers, "an object of texts"), "private_addresses": TEXT,
    "kind": TEXT, "mirrors": (_list_of(is_text), "a list of texts"), "username": TEXT_OR_NULL, "password": TEXT_OR_NULL,
    "schedule": TEXT_OR_NULL, "schedule_timezone": TEXT_OR_NULL,
    "downloads_per_day": (_or_null(is_int), "a whole number or null"),
}  # fmt: skip
CHANNEL: Fields = {
    "name": TEXT, "display_name": TEXT, "icon_url": TEXT_OR_NULL, "number": TEXT_OR_NULL, "hidden": FLAG,
    "pinned": (_list_of(is_text), "a list of texts"),
}  # fmt: skip
TARGET: Fields = {"channel_id": (_or_null(is_int), "an id or null"), "new_channel": TEXT}
SHIFT: Fields = {"shift_minutes": INT}
LINEUP: Fields = {
    "name": TEXT, "url": TEXT_OR_NULL, "title": TEXT, "source_kind": TEXT_OR_NULL,
    "kinds": (_list_of(is_text), "a list of texts"), "id_scheme": TEXT, "filler": INT, "episode_ids": FLAG,
    "headers": (_headers, "an object of texts"), "private_addresses": TEXT,
}  # fmt: skip
ENTRY: Fields = {
    "channel": (_or_null(is_reference), "a name, an id or null"), "name": TEXT, "number": TEXT_OR_NULL,
    "group_name": TEXT_OR_NULL, "icon_url": TEXT_OR_NULL, "position": INT, "output_id": TEXT_OR_NULL, "shift_minutes": INT,
    "hidden": FLAG,
}  # fmt: skip
RULE: Fields = {
    "field": TEXT, "pattern": TEXT, "action": TEXT, "value": TEXT,
    "provider": (_or_null(is_reference), "a name, an id or null"), "position": INT, "enabled": FLAG,
}  # fmt: skip
SETS: Fields = {"sets": (_list_of(is_text), "a list of texts"), "provider": RULE["provider"]}
WATCH: Fields = {
    "name": TEXT, "kind": TEXT, "value": TEXT, "channels": (_list_of(is_int), "a list of ids"),
    "lineup_id": (_or_null(is_int), "an id or null"), "days": (_list_of(is_text), "a list of texts"),
    "from_time": TEXT_OR_NULL, "to_time": TEXT_OR_NULL, "timezone": TEXT, "new_only": FLAG, "once_per": TEXT,
    "lead_minutes": (_or_null(is_int), "a whole number or null"), "tell_match": FLAG, "digest": FLAG,
    "targets": (_list_of(is_int), "a list of ids"), "enabled": FLAG,
}  # fmt: skip
ALERT_TARGET: Fields = {
    "name": TEXT, "url": TEXT, "secret": TEXT_OR_NULL, "private_addresses": TEXT, "digest_at": TEXT_OR_NULL,
    "timezone": TEXT, "operator": FLAG, "enabled": FLAG,
}  # fmt: skip
#: by the names of bodies in `routes`: all settings, and the required ones
BODIES: dict[str, tuple[Fields, tuple[str, ...]]] = {
    "ProviderNew": (PROVIDER, ("name",)),
    "ProviderChange": (PROVIDER, ()),
    "ChannelNew": (CHANNEL, ("name",)),
    "ChannelChange": ({**CHANNEL, "merge_into": INT}, ()),
    "ChannelsChange": ({"id": INT, **CHANNEL}, ()),
    "MappingNew": (
        {"provider": REFERENCE, "provider_channel_id": TEXT, **TARGET, **SHIFT}, ("provider", "provider_channel_id"),
    ),
    "MappingChange": ({**TARGET, **SHIFT}, ()),
    "MappingShift": (SHIFT, ("shift_minutes",)),
    "LineupNew": (LINEUP, ("name",)),
    "LineupChange": (LINEUP, ()),
    "RuleNew": (RULE, ("field", "pattern", "action")),
    "RuleChange": (RULE, ()),
    "RuleSetsChoice": ({**SETS, "all": FLAG, "enabled": FLAG}, ("enabled",)),
    "RuleTest": ({**SETS, **{name: RULE[name] for name in ("field", "pattern", "action", "value")}}, ()),
    "LineupEntryNew": (ENTRY, ()),
    "LineupEntryChange": (
        {"id": INT, **ENTRY, "unpin": (_list_of(is_text), "a list of texts"), "delete": FLAG}, ("id",),
    ),
    "WatchNew": (WATCH, ("kind", "value")),
    "WatchChange": (WATCH, ()),
    "AlertTargetNew": (ALERT_TARGET, ("name", "url")),
    "AlertTargetChange": (ALERT_TARGET, ()),
    "LineupRefreshing": ({"force": FLAG}, ()),
    "Trigger": ({"providers": (_list_of(is_reference), "a list of names or ids"), "force": FLAG}, ()),
}  # fmt: skip


def checked(name: str | None, body: dict[str, Any], judge: Judge) -> dict[str, Any]:
    """`body`, whose settings all have the right type and value. `judge` says which values of the right type are wrong.

    Raises `Refused` (400) that lists all unknown, wrong and missing settings, and what `judge` raises.
    """
    if name is None:
        return {}
    values = {key: _whole(value) for key, value in body.items()}
    fields, _ = BODIES[name]
    typed = {key: value for key, value in values.items() if key in fields and fields[key][0](value)}
    errors = _wrong(name, values) + judge(name, typed)
    if errors:
        raise Refused(400, errors[0], errors)
    return values


def checked_many(name: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`checked` for each object of an array; messages begin with its index, as `[3]: `."""
    values = [{key: _whole(value) for key, value in body.items()} for body in bodies]
    errors = [f"[{index}]: {error}" for index, body in enumerate(values) for error in _wrong(name, body)]
    if errors:
        raise Refused(400, errors[0], errors)
    return values


def _wrong(name: str, values: dict[str, Any]) -> list[str]:
    """Everything that is wrong with the types of an object."""
    fields, needed = BODIES[name]
    errors = [
        f"unknown setting {key[:40]!r}; known are: {', '.join(fields)}" for key in values if key not in fields
    ]
    errors += [
        f"{key} must be {kind}"
        for key, (right, kind) in fields.items()
        if key in values and not right(values[key])
    ]
    errors += [f"{key} is missing" for key in needed if key not in values]
    if (
        not errors
        and fields.items() >= TARGET.items()
        and ("channel_id" in values) == ("new_channel" in values)
    ):
        errors = ["give one of channel_id and new_channel"]
    if name == "ChannelsChange" and not errors and not values.keys() & {"id", "name"}:
        errors = ["id or name is missing"]
    return errors


def _whole(value: Any) -> Any:
    """5.0 as 5: to JSON both are the same number."""
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

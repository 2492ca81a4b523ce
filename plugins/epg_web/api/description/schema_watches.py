"""The schemas of watches, targets and alerts: what the API answers, and the bodies that it takes."""

from .schema_kinds import Schema, array, body, flag, ident, integer, nullable, record, text, time, typed

_KINDS = ["series", "words", "title", "person", "pattern"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_STATES = ["waiting", "sending", "sent", "failed", "expired", "dropped"]
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_IDS = {"type": "integer", "minimum": 1}


def _clock(description: str) -> Schema:
    return nullable(typed("string", description, None, pattern=_CLOCK)) | {"examples": [None]}


def _none(schema: Schema) -> Schema:
    """What may be null, and is in the example."""
    return nullable(schema) | {"examples": [None]}


_WATCH: dict[str, Schema] = {
    "name": text("What you call it; what it looks for if left out.", "Casablanca", maxLength=100),
    "kind": text("What it looks for.", "title", enum=_KINDS),
    "value": text(
        "The number of a series, words (a star finds beginnings, quotation marks make a phrase), a whole title, a name, or a "
        "pattern in the syntax of RE2.", "Casablanca", minLength=1, maxLength=500,
    ),
    "channels": array("Only these channels, by id; empty: all.", _IDS, [], maxItems=500),
    "lineup_id": _none(ident("Only the channels of this line-up; null: all.")),
    "days": array("Only these days of the week; empty: all.", {"type": "string", "enum": _DAYS}, []),
    "from_time": _clock("Only what begins at this time of the day or later; null: any."),
    "to_time": _clock("Only what begins before this time of the day; null: any. May be earlier than from_time."),
    "timezone": text("The IANA zone of days and times.", "UTC"),
    "new_only": flag("Whether repeats are left out.", False),
    "once_per": text("What is told once.", "episode", enum=["episode", "day", "showing"]),
    "lead_minutes": nullable(integer("Tell so long before the start; null: not.", 15, maximum=1440)),
    "tell_match": flag("Tell when an import brings a programme.", False),
    "digest": flag("Name it in the daily digest of its targets.", False),
    "targets": array("Tell only these targets, by id; empty: all of yours.", _IDS, [], maxItems=20),
    "enabled": flag("Whether it tells of anything.", True),
}  # fmt: skip
_TARGET: dict[str, Schema] = {
    "name": text("Its name, which no other of your targets has.", "phone", maxLength=60),
    "private_addresses": text("Whether it may be in the local network.", "deny", enum=["deny", "allow"]),
    "digest_at": _clock("When the daily digest is sent; null: no digest."),
    "timezone": text("The IANA zone of the digest.", "UTC"),
    "operator": flag("Whether it also gets alerts for the operator of the guide.", False),
    "enabled": flag("Whether it gets anything.", True),
}
_SHOWN_TARGET: dict[str, Schema] = {
    "id": ident("Number of the target."),
    **_TARGET,
    "kind": text("What sends to it.", "webhook", enum=["webhook", "apprise"]),
    "address": text("The host of its address; of Apprise only the scheme.", "https://hooks.example/…"),
    "ended": _none(typed("string", "Why it gets nothing any more.", None)),
}
_NEW_TARGET: dict[str, Schema] = {
    **_TARGET,
    "url": text(
        "The address of a webhook, or one of Apprise such as mailto://… or ntfy://…. Kept apart, and never given back.",
        "https://hooks.example/tv", pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*://\S+$", maxLength=2000,
    ),
    "secret": _none(typed("string", "The secret of a webhook, whsec_ and base64; null makes a new one.", None)),
}  # fmt: skip
_SHOWING: dict[str, Schema] = {
    "id": ident("Number of the programme."),
    "channel_id": ident("Number of its channel."),
    "channel": text("Its channel.", "One"),
    "start_time": time("When it begins", "2026-11-22T20:00:00Z"),
    "end_time": time("When it ends", "2026-11-22T22:00:00Z"),
    "title": text("Its title.", "Casablanca"),
    "subtitle": _none(typed("string", "Its sub-title.", None)),
    "season": _none(typed("integer", "Its season.", None)),
    "episode": _none(typed("integer", "Its episode.", None)),
    "series_id": _none(ident("Its series; null where the guide knows none.")),
    "episode_id": _none(ident("Its episode in the guide; null where it is not known.")),
    "showing": text("What the showing is.", "unknown", enum=["repeat", "first", "first_here", "unknown"]),
    "found": text("Why the watch found it.", "the title is Casablanca"),
    "sends": flag("Whether the watch tells of it.", True),
    "reason": text("Why, or why not.", "the guide does not know which episode it is"),
    "at": _none(time("When it tells before the start; null where it does not", "2026-11-22T19:45:00Z")),
}
_NEW = {"kind": "title", "value": "Casablanca", "lead_minutes": 30}
_HOOK = {"name": "phone", "url": "https://hooks.example/tv"}
WATCH_SCHEMAS: dict[str, Schema] = {
    "Watch": record(
        "What a person wants to be told of.",
        {
            "id": ident("Number of the watch."), **_WATCH, "created_at": time("When it was added", "2026-11-22T12:00:00Z"),
            "updated_at": time("When it was changed last", "2026-11-22T12:00:00Z"),
        },
    ),
    "WatchPreview": record(
        "What a watch finds in the week to come.",
        {
            "sends": integer("Programmes that it would tell of.", 1),
            "skips": integer("Programmes that it would leave out.", 0),
            "complete": flag("Whether that is all; a very wide watch is cut.", True),
            "programmes": array(
                "The first 200 of them, by start.", record("A programme and what becomes of it.", _SHOWING), []
            ),
        },
    ),
    "AlertTarget": record("Where alerts go.", _SHOWN_TARGET),
    "AlertTargetMade": record(
        "A target. Where its secret was set, this is the only time that it is shown.",
        {**_SHOWN_TARGET, "secret": text("What signs its webhooks.", "whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGU=")}, ("secret",),
    ),
    "AlertTest": record(
        "How a test message went.",
        {
            "ok": flag("Whether the receiver took it.", False),
            "error": nullable(typed("string", "Why not.", "hooks.example answered 500")),
        },
    ),
    "Alert": record(
        "An alert, and what became of it.",
        {
            "id": ident("Number of the alert."),
            "kind": text("What it says.", "programme.starting"),
            "state": text("How far it is.", "sent", enum=_STATES),
            "attempts": integer("How often it was sent.", 1),
            "reason": _none(typed("string", "Why it was not sent, or not yet.", None)),
            "created_at": time("When it was made", "2026-11-22T19:45:00Z"),
            "done_at": nullable(time("When it was done with; null while it waits", "2026-11-22T19:45:01Z")),
            "next_at": _none(time("When it is tried next; null unless it waits", "2026-11-22T19:45:00Z")),
            "target_id": ident("Number of its target."),
            "target": nullable(text("Name of its target; null where that is gone.", "phone")),
            "watch_id": nullable(ident("Number of its watch; null for what belongs to none.")),
            "watch": nullable(text("Name of its watch; null where that is gone.", "Casablanca")),
            "status": nullable(integer("HTTP status of the last answer; null without one.", 204)),
            "title": text("The title of its message.", "Casablanca: Sun 22 Nov 20:00 on One"),
        },
    ),
    "WatchNew": body("A new watch.", _WATCH, ("kind", "value"), _NEW),
    "WatchChange": body("Settings of a watch to change.", _WATCH, (), {"enabled": False}),
    "AlertTargetNew": body("A new target.", _NEW_TARGET, ("name", "url"), _HOOK),
    "AlertTargetChange": body("Settings of a target to change.", _NEW_TARGET, (), {"enabled": False}),
}  # fmt: skip

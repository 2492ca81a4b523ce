"""JSON Schema (2020-12) of everything the API takes and gives, by the names used in `routes`.

Answers may get more properties in later versions. Every schema has an example, put together from those of its
properties.
"""

from typing import Any

from .schema_bodies import BODIES
from .schema_kinds import PLACE, Schema, flag, ident, integer, nullable, record, ref, text, texts, time, typed

_CHANNEL = {
    "id": ident("Number of the channel."),
    "name": text("Unique name, usually the XMLTV id of the feed that brought it first.", "one.example"),
    "display_name": text("Name for people.", "Channel One"),
    "icon_url": nullable(text("Address of the logo.", "https://example.com/one.png")),
    "number": nullable(text("Number on the remote control, as text.", "1")),
}
_CHANNEL_MORE = {
    "providers": texts("Names of the providers that feed it, the best first.", ["north"]),
    "covered_from": nullable(time("Start of its first programme", "2026-11-21T00:00:00Z")),
    "covered_until": nullable(time("End of its last programme", "2026-11-29T00:00:00Z")),
}
_PROGRAM = {
    "id": ident("Number of the programme; it stays the same while the feed keeps the programme's start."),
    "channel_id": ident("Its channel."),
    "start_time": time("Start", "2026-11-22T20:00:00Z"),
    "end_time": time("End, the first second that no longer belongs to it", "2026-11-22T20:30:00Z"),
    "title": text("Title in the preferred language.", "Evening News"),
    "subtitle": nullable(text("Often the title of the episode.", "Sunday")),
    "description": nullable(text("What it is about.", "The news of the day.")),
    "category": texts("Categories.", ["News"]),
    "episode_num": nullable(text("Season and episode as the feed writes them.", "S2 E5")),
    "season": nullable(typed("integer", "Number of the season, counted from 1.", 2)),
    "episode": nullable(typed("integer", "Number of the episode in its season, counted from 1.", 5)),
    "rating": nullable(text("Age or content rating.", "PG")),
    "actors": texts("Names of actors.", ["Ann Example"]),
    "directors": texts("Names of directors.", []),
    "icon_url": nullable(text("Address of a picture.", "https://example.com/news.jpg")),
    "is_new": flag("Whether the feed calls it new.", False),
    "provider": text("Name of the provider it comes from.", "north"),
}
_PROGRAM_MORE = {
    "end_source": text("Where the end comes from: feed, next, length, assumed or cut.", "feed"),
    "shadowed_by": nullable(ident("The programme of a better provider that hides this one.", 2)),
    "details": typed("object", "The rest of the XMLTV element, by the names of the DTD.", {"premiere": {}}),
    "created_at": time("When it came in", "2026-11-20T04:00:00Z"),
    "updated_at": time("When it was last changed", "2026-11-21T04:00:00Z"),
    "channel": ref("Channel"),
}
_PROVIDER = {
    "id": ident("Number of the provider."),
    "name": text("Unique name.", "north"),
    "enabled": flag("Without it, it is not imported and its programmes are not shown.", True),
    "priority": typed("integer", "The smallest number is the best provider.", 1),
}
_PROVIDER_MORE = {
    "xmltv_url": nullable(
        text("Address of the feed. Strangers see scheme and host only, unless public_url is true.", "https://example.com")
    ),
    "public_url": flag("Whether everybody may see the whole address.", False),
    "timezone": nullable(text("IANA zone for times without an offset; null means UTC.", "Europe/London")),
    "shift_minutes": typed("integer", "Minutes added to every time of the feed.", 0),
    "language": texts("Preferred languages, the best first.", ["en"]),
    "channel_policy": text(
        "Channels nobody mapped: all makes them channels of the guide, mapped ignores them.", "all", enum=["all", "mapped"]
    ),
    "created_at": time("When it was added", "2026-11-01T00:00:00Z"),
    "updated_at": time("When it was last changed", "2026-11-01T00:00:00Z"),
}  # fmt: skip
#: what only those see who may write
_PROVIDER_PRIVATE = {
    "private_addresses": text(
        "Whether the feed may be fetched from addresses that are not public. For writers only.", "deny",
        enum=["allow", "deny"],
    ),
    "headers": texts("Names of the request headers that are set, never their values. For writers only.", []),
}  # fmt: skip
_PROVIDER_NOW = {
    "channels": integer("How many channels it feeds.", 7),
    "last_import": nullable(ref("LastImport")),
}
_IMPORT = {
    "id": ident("Number of the import."),
    "provider_id": nullable(ident("The provider.")),
    "provider": nullable(text("Its name.", "north")),
    "status": text(
        "partial: the feed was damaged, the rest is in. failed: the guide is as it was.", "success",
        enum=["running", "success", "partial", "failed"],
    ),
    "trigger": text("What started it.", "api"),
    "started_at": time("Start", "2026-11-22T04:00:00Z"),
    "completed_at": nullable(time("End; null while it runs", "2026-11-22T04:00:12Z")),
    "programs_imported": integer("New programmes.", 1200),
    "programs_updated": integer("Programmes whose content changed.", 31),
    "programs_unchanged": integer("Programmes that were the same as before.", 8000),
    "programs_removed": integer("Programmes the feed no longer has.", 4),
    "programs_skipped": integer("Programmes left out, for example outside the retention window.", 0),
    "channels_added": integer("New channels.", 0),
    "bytes_downloaded": nullable(integer("Bytes that came over the network, before decompression.", 812345)),
    "http_status": nullable(integer("Status of the last HTTP answer.", 200)),
    "problems": integer("How many problems the feed had.", 2),
    "error_code": nullable(text("Short name of the error.", "download")) | {"examples": [None]},
    "error_message": nullable(text("The error in one line, without secrets.", "")) | {"examples": [None]},
}  # fmt: skip
_PROBLEM = record(
    "One kind of problem, added up by its subject.",
    {
        "code": text("Kind of problem.", "badstart"),
        "line": nullable(integer("Line of the first case in the decompressed feed.", 812)),
        "subject": nullable(text("What has it, for example a channel id.", "one.example")),
        "message": nullable(text("In words.", "the start cannot be read")),
        "count": integer("How often.", 2, 1),
    },
)
_STARTED = record(
    "One import that was started.",
    {
        "id": ident("Number of the import."), "provider": text("Name of the provider.", "north"),
        "url": text("Where to follow it.", "/api/v1/imports/1"),
    },
)  # fmt: skip

_PLAIN: dict[str, Schema] = {
    "Channel": record("A channel that people see.", _CHANNEL),
    "ChannelDetail": record(
        "A channel, with what is known ahead.",
        {
            **_CHANNEL, **_CHANNEL_MORE,
            "hidden": flag("Kept out of the guide. For writers only.", False),
            "created_at": time("When it was made. For writers only", "2026-11-01T00:00:00Z"),
        },
        ("hidden", "created_at"),
    ),
    "Program": record("A programme that is shown.", _PROGRAM),
    "ProgramDetail": record("A programme, everything.", _PROGRAM | _PROGRAM_MORE),
    "Hit": record("A programme that was found, with its channel.", {**_PROGRAM, "channel": ref("Channel")}),
    "GuideEntry": record(
        "A channel with its programmes, in order.",
        {"channel": ref("Channel"), "programs": {"type": "array", "items": ref("Program")}},
    ),
    "NowEntry": record(
        "A channel with what is on and what comes next.",
        {"channel": ref("Channel"), "now": nullable(ref("Program")), "next": nullable(ref("Program"))},
    ),
    "LastImport": record(
        "The newest import of a provider.",
        {name: _IMPORT[name] for name in ("id", "status", "started_at", "completed_at")},
    ),
    "Provider": record(
        "A provider. Those who may write see its settings as well.",
        {**_PROVIDER, **_PROVIDER_MORE, **_PROVIDER_NOW, **_PROVIDER_PRIVATE},
        (*_PROVIDER_MORE, *_PROVIDER_NOW, *_PROVIDER_PRIVATE),
    ),
    "ProviderDetail": record(
        "A provider, with its settings and its last import.",
        {**_PROVIDER, **_PROVIDER_MORE, **_PROVIDER_NOW, **_PROVIDER_PRIVATE},
        tuple(_PROVIDER_PRIVATE),
    ),
    "Mapping": record(
        "Which channel of a feed is which channel of the guide.",
        {
            "id": ident("Number of the mapping."),
            "provider_id": ident("The provider."),
            "provider": text("Its name.", "north"),
            "provider_channel_id": text("The channel's id in the feed.", "one.north"),
            "display_name": nullable(text("Its name in the feed.", "One HD")),
            "channel_id": nullable(ident("The channel of the guide; null where it is ignored.")),
            "channel": nullable(text("That channel's name.", "one.example")),
            "method": text("How it was found.", "manual", enum=["id", "name", "new", "manual"]),
            "score": nullable(typed("number", "How alike the names are, where they decided.", 1.0)),
            "created_at": time("When it was made", "2026-11-01T00:00:00Z"),
        },
    ),
    "Candidate": record(
        "A provider's channel that got a channel of its own and resembles another one.",
        {
            "provider": text("Name of the provider.", "south"),
            "provider_channel_id": text("The channel's id in the feed.", "S-103"),
            "display_name": text("Its name in the feed.", "Two"),
            "channel": nullable(text("Name of its own channel.", "S-103")),
            "candidate": text("Name of the channel it resembles.", "two.example"),
            "candidate_display_name": text("That channel's name for people.", "Channel Two"),
            "score": typed("number", "How alike they are.", 0.9),
            "reason": text("Why.", "names are alike"),
        },
    ),
    "Import": record("One import, as the import log has it.", _IMPORT),
    "ImportDetail": record(
        "One import, with its problems.",
        {**_IMPORT, "problem_list": {"type": "array", "description": "At most 200.", "items": _PROBLEM}},
    ),
    "OpenAPI": record(
        "An OpenAPI 3.1 description.",
        {
            "openapi": text("Version of OpenAPI.", "3.1.0"),
            "info": typed("object", "Title and version.", {"title": "TV guide", "version": "1"}),
            "servers": typed("array", "What comes before the paths.", [{"url": "/"}]),
            "tags": typed("array", "Groups of routes.", []),
            "paths": typed("object", "Every address.", {}),
            "components": typed("object", "Schemas, headers, the token.", {}),
        },
    ),
    "Started": record(
        "Imports that run from now on.",
        {"message": text("What happened.", "Import started"), "imports": {"type": "array", "items": _STARTED}},
    ),
    "Error": record(
        "Why there is no answer.",
        {
            "ok": flag("Always false.", False, const=False),
            "error": text("In one line.", "there is no such channel"),
            "errors": texts("Everything that is wrong.", ["there is no such channel"], minItems=1),
            "status": integer("The HTTP status.", 404, 400, maximum=599),
            "running": text("Address of the import that runs already.", "/api/v1/imports/1"),
        },
        ("running",),
    ),
} | BODIES  # fmt: skip


def parts(schema: Schema) -> Schema:
    """The schema behind a reference, also one that may be null; any other as it is."""
    for found in (schema, *schema.get("anyOf", ())):
        if "$ref" in found:
            return _PLAIN[found["$ref"].removeprefix(PLACE)]
    return schema


def example(schema: Schema) -> Any:
    """Its own example, or one made from those of its parts."""
    schema = parts(schema)
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [example(schema["items"])]
    return {name: example(part) for name, part in schema["properties"].items() if name in schema["required"]}


SCHEMAS: dict[str, Schema] = {
    name: {**schema, "examples": [example(schema)]} for name, schema in _PLAIN.items()
}

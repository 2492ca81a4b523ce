"""JSON Schema (2020-12) of everything the API takes and gives, by the names used in `routes`.

Answers may get more properties in later versions. Every schema has an example, made from those of its properties.
"""

from typing import Any

from .schema_bodies import BODIES
from .schema_kinds import (
    PLACE,
    Schema,
    array,
    flag,
    ident,
    integer,
    nullable,
    record,
    ref,
    text,
    texts,
    time,
    typed,
)
from .schema_lineups import LINEUP_SCHEMAS
from .schema_properties import (
    CHANNEL,
    CHANNEL_MORE,
    IMPORT,
    KNOWN,
    PROBLEM,
    PROGRAM,
    PROGRAM_MORE,
    PROGRAM_ROW,
    PROVIDER,
    PROVIDER_MORE,
    PROVIDER_NOW,
    PROVIDER_PRIVATE,
    STARTED,
)
from .schema_rules import RULE_SCHEMAS
from .schema_series import SERIES_SCHEMAS
from .schema_suggest import SUGGEST_SCHEMAS
from .schema_watches import WATCH_SCHEMAS

_PLAIN: dict[str, Schema] = {
    "Channel": record("A channel that people see.", CHANNEL),
    "ChannelDetail": record(
        "A channel, with what is known ahead.",
        {
            **CHANNEL, **CHANNEL_MORE,
            "hidden": flag("Kept out of the guide. For writers only.", False),
            "pinned": typed(
                "array", "The fields that a person has set; the others follow the feeds. For writers only.", ["number"],
                items={"type": "string", "enum": ["display_name", "icon_url", "number"]},
            ),
            "created_at": time("When it was made. For writers only", "2026-11-01T00:00:00Z"),
        },
        ("hidden", "pinned", "created_at"),
    ),
    "Program": record("A programme that is shown.", PROGRAM | KNOWN),
    "ProgramDetail": record("A programme, everything.", PROGRAM | KNOWN | PROGRAM_MORE),
    "ProgramRow": record("A programme as a row of the whole guide.", PROGRAM_ROW),
    "Change": record(
        "A change of the guide: what to look at, and how it is now.",
        {
            "id": integer("Number of the change; later ones are higher.", 1795847000123),
            "change": text(
                "added, changed or removed: a programme. channel, channel_removed: a channel is there or not (any more), "
                "with its programmes. reload: so many programmes of the channel changed that all are to be read again.",
                "changed",
                enum=["added", "changed", "removed", "channel", "channel_removed", "reload"],
            ),
            "channel_id": ident("The channel."),
            "program_id": nullable(ident("The programme; null where the change is about the channel.")),
            "program": nullable(ref("ProgramRow")) | {"description": "The programme as it is now; null where it is not shown."},
            "channel": nullable(ref("Channel")) | {"description": "The channel as it is now, if the change is about it."},
        },
    ),
    "Hit": record("A programme that was found, with its channel.", {**PROGRAM, **KNOWN, "channel": ref("Channel")}),
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
        {name: IMPORT[name] for name in ("id", "status", "started_at", "completed_at")},
    ),
    "Provider": record(
        "A provider. Those who may write see its settings as well.",
        {**PROVIDER, **PROVIDER_MORE, **PROVIDER_NOW, **PROVIDER_PRIVATE},
        (*PROVIDER_MORE, *PROVIDER_NOW, *PROVIDER_PRIVATE),
    ),
    "ProviderDetail": record(
        "A provider, with its settings and its last import.",
        {**PROVIDER, **PROVIDER_MORE, **PROVIDER_NOW, **PROVIDER_PRIVATE},
        tuple(PROVIDER_PRIVATE),
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
            "method": text("How it was found.", "manual", enum=["id", "name", "schedule", "moved", "new", "manual"]),
            "score": nullable(typed("number", "How alike the names are, where they decided.", 1.0)),
            "reason": nullable(text("Why it was chosen, in words.", "same name")),
            "shift_minutes": typed("integer", "Minutes added to the times of this channel, on top of the provider's.", 0),
            "created_at": time("When it was made", "2026-11-01T00:00:00Z"),
        },
    ),
    "Candidate": record(
        "A provider's channel, and another channel that may be the same.",
        {
            "provider": text("Name of the provider.", "south"),
            "provider_channel_id": text("The channel's id in the feed.", "S-103"),
            "display_name": text("Its name in the feed.", "Two"),
            "channel": nullable(text("Name of the channel that it feeds now.", "S-103")),
            "candidate": text("Name of the other channel.", "two.example"),
            "candidate_display_name": text("That channel's name for people.", "Channel Two"),
            "score": typed("number", "How sure it is that they are the same, 0 to 1.", 0.9),
            "reason": text("Why.", "names are alike"),
            "evidence": typed(
                "object", "The numbers that speak for it, by kind: titles, starts, names and ids, 0 to 1.", {"names": 0.9},
                additionalProperties={"type": "number"},
            ),
        },
    ),
    "Import": record("One import, as the import log has it.", IMPORT),
    "ImportDetail": record(
        "One import, with its problems.",
        {**IMPORT, "problem_list": {"type": "array", "description": "At most 200.", "items": PROBLEM}},
    ),
    "OpenAPI": record(
        "An OpenAPI 3.1 description.",
        {
            "openapi": text("Version of OpenAPI.", "3.1.0"),
            "info": typed("object", "Title and version.", {"title": "TV guide", "version": "1"}),
            "servers": array(
                "What comes before the paths.",
                record("A server.", {"url": text("Its address, or the path of one.", "/")}),
                [{"url": "/"}],
            ),
            "tags": array(
                "Groups of routes.",
                record(
                    "A group.",
                    {"name": text("Its name.", "channels"), "description": text("What is in it.", "Imports")},
                ),
                [],
            ),
            "paths": typed("object", "Every address.", {}),
            "components": typed("object", "Schemas, headers, the token.", {}),
        },
    ),
    "Started": record(
        "Imports that run from now on.",
        {"message": text("What happened.", "Import started"), "imports": {"type": "array", "items": STARTED}},
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
} | BODIES | LINEUP_SCHEMAS | RULE_SCHEMAS | SERIES_SCHEMAS | SUGGEST_SCHEMAS | WATCH_SCHEMAS  # fmt: skip


def parts(schema: Schema) -> Schema:
    """The schema that a reference names, also where it may be null; any other schema as it is."""
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

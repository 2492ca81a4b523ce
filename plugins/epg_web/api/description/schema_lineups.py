"""The schemas of line-ups: what the API answers, and the bodies that it takes."""

from .schema_kinds import (
    Schema,
    array,
    body,
    flag,
    ident,
    integer,
    nullable,
    record,
    text,
    texts,
    time,
    typed,
)

_SCHEMES = ["source", "guide", "number", "safe"]
_KINDS = ["m3u", "hdhomerun", "xtream", "tvheadend", "csv"]
_MINUTES = 10_080
_REFRESH = record(
    "How the source was last read.",
    {
        "id": ident("Number of the refresh."),
        "status": text(
            "unchanged: nothing was read; failed: nothing was changed.", "success", enum=["success", "unchanged", "failed"]
        ),
        "trigger": text("What asked for it.", "schedule", enum=["cli", "schedule", "api"]),
        "started_at": time("When it began", "2026-11-22T03:00:00Z"),
        "completed_at": time("When it ended", "2026-11-22T03:00:02Z"),
        "added": integer("New entries.", 0),
        "removed": integer("Entries that the source no longer had.", 0),
        "problems": integer("What could not be used of the source.", 0),
        "error_code": nullable(text("Short name of the error.", "html")) | {"examples": [None]},
        "error_message": nullable(text("The error in one line, without secrets.", "")) | {"examples": [None]},
    },
)  # fmt: skip
_LINEUP = {
    "id": ident("Number of the line-up."),
    "name": text("Unique name, a part of the addresses of its outputs.", "home"),
    "title": text("What people call it.", "Living room"),
    "source_kind": text("Kind of the source; hand without one, empty before the first refresh.", "m3u"),
    "source_url": nullable(text("Scheme of the address of the source.", "https://…")),
    "kinds": texts("Kinds of entries that are taken.", ["tv"]),
    "id_scheme": text("Which ids the outputs use.", "source", enum=_SCHEMES),
    "filler": integer("Minutes of a block of filler, 0 for none.", 0),
    "episode_ids": flag(
        "Whether each known episode has an id of this guide in the guide for players.", False
    ),
    "updated_at": time("When it or its entries last changed", "2026-11-22T03:00:02Z"),
    "entries": integer("Entries that its source has, and those added by hand.", 2),
    "matched": integer("Those with a channel.", 1),
    "open": integer("Those without one, and without a decision.", 1),
    "last_refresh": nullable(_REFRESH),
}
_PRIVATE = {
    "url": nullable(text("The whole address.", "https://example.com/list.m3u")),
    "headers": texts("Names of the request headers.", []),
    "private_addresses": text("Whether it may be at a private address.", "deny", enum=["allow", "deny"]),
    "key": text("What the playlist needs as key=.", "key-of-the-line-up"),
}  # fmt: skip
_CANDIDATE = record(
    "A channel that an entry may be.",
    {
        "channel_id": ident("The channel.", 2),
        "channel": text("Its name.", "two.example"),
        "display_name": text("Its name for people.", "Channel Two"),
        "score": typed("number", "How sure it is, 0 to 1.", 0.7),
        "reason": text("Why.", "its name is similar"),
    },
)
_ENTRY = {
    "id": ident("Number of the entry; it stays while the source has it."),
    "position": integer("Place in the line-up.", 1, 1),
    "number": nullable(text("Its number, as text.", "101")),
    "name": text("Its name.", "One HD"),
    "group_name": nullable(text("Its group.", "News")),
    "icon_url": nullable(text("Address of the logo that the source gives.", "https://example.com/one.png")),
    "kind": text("What it is.", "tv", enum=["tv", "radio", "vod"]),
    "source_id": nullable(text("Id in the source.", "one.player")),
    "channel_id": nullable(ident("The channel of the guide.")),
    "channel": nullable(text("That channel's name.", "one.example")),
    "method": nullable(text("How it was found; manual is a decision of a person, null an open entry.", "id")),
    "score": nullable(typed("number", "How sure it is, 0 to 1.", 1.0)),
    "reason": nullable(text("Why, in words.", "its id is the same")),
    "candidates": array("Channels that it may be, the best first.", _CANDIDATE, []),
    "output_id": nullable(text("Id in the outputs, if a person chose one.", "one")) | {"examples": [None]},
    "shift_minutes": typed("integer", "Minutes added to the times of its programmes.", 0),
    "hidden": flag("Whether the outputs leave it out.", False),
    "pinned": texts("What a person has set, and a refresh leaves alone.", []),
    "gone_at": nullable(time("When the source no longer had it", "2026-11-22T03:00:02Z"))
    | {"examples": [None]},
}
_SETTINGS = {
    "name": text("Letters, digits, hyphens and underscores, not only digits.", "garden", pattern=r"^\w[\w-]*$", maxLength=60),
    "url": nullable(
        text("Address of the source, http or https; null for none. It is kept apart and never published.",
             "https://example.com/list.m3u", pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+$", maxLength=8000)
    ),
    "title": text("What people call it; left out: the name.", "Garden", minLength=1, maxLength=1000),
    "source_kind": nullable(text("Kind of the source; needed for xtream only.", "m3u", enum=[*_KINDS, None])),
    "kinds": array(
        "Kinds of entries to take.", {"type": "string", "enum": ["tv", "radio", "vod"]}, ["tv"], minItems=1, default=["tv"],
    ),
    "id_scheme": text("Which ids the outputs use.", "source", enum=_SCHEMES, default="source"),
    "filler": integer("Minutes of a block of filler, 0 for none.", 0, maximum=1440, default=0),
    "episode_ids": flag("Whether each known episode has an id of this guide in the guide for players.", False),
    "headers": typed(
        "object", "Request headers, all of them; values are never given back.", {"X-Key": "secret-example"},
        additionalProperties={"type": "string"},
    ),
    "private_addresses": text(
        "allow lets the source be at a private address; only where the server's settings permit it.", "deny",
        enum=["allow", "deny"], default="deny",
    ),
}  # fmt: skip
_EDITABLE = {
    "channel": {
        "description": "Name or id of the channel; null or none: it has none; open: the next refresh decides.",
        "type": ["string", "integer", "null"], "examples": ["two.example"],
    },
    "name": text("Its name.", "Two", minLength=1, maxLength=1000),
    "number": nullable(text("Its number, as text.", "102")),
    "group_name": nullable(text("Its group.", "Films")),
    "icon_url": nullable(text("Address of a logo.", "https://example.com/two.png")),
    "position": integer("Its place.", 1, 1, maximum=10_000_000),
    "output_id": nullable(text("Its id in the outputs; null: the line-up's scheme decides.", "two")),
    "shift_minutes": integer("Minutes added to the times of its programmes.", 0, -_MINUTES, maximum=_MINUTES),
    "hidden": flag("Whether the outputs leave it out.", False),
}  # fmt: skip
LINEUP_SCHEMAS: dict[str, Schema] = {
    "Lineup": record("A line-up: the channels that somebody has.", _LINEUP),
    "LineupDetail": record("A line-up; for writers with its source and key.", {**_LINEUP, **_PRIVATE}, tuple(_PRIVATE)),
    "LineupEntry": record("An entry of a line-up.", _ENTRY),
    "LineupRefresh": record(
        "A refresh that runs from now on.",
        {"message": text("What happened.", "Refresh started"), "url": text("Where its outcome will be.", "/api/v1/lineups/1")},
    ),
    "LineupNew": body(
        "Settings of a line-up; what is left out has its default.", _SETTINGS, ("name",),
        {"name": "garden", "url": "https://example.com/list.m3u", "title": "Garden"},
    ),
    "LineupChange": body("Settings to change.", _SETTINGS, (), {"id_scheme": "safe", "filler": 60}),
    "LineupEntryNew": body(
        "An entry to add, at the end or at `position`; without a name it is called as its channel.", _EDITABLE, (),
        {"channel": 2, "number": "102"},
    ),
    "LineupEntryChange": body(
        "What to set on one entry. What is set stays, whatever the source says.",
        {
            "id": ident("The entry."), **_EDITABLE,
            "unpin": texts("What the source decides again.", ["number"]),
            "delete": flag("Delete it; only an entry that a person added or that is gone.", False),
        },
        ("id",), {"id": 1, "channel": 2, "number": "7"},
    ),
    "LineupRefreshing": body(
        "How to refresh.", {"force": flag("Read it although it is unchanged, and accept a loss of half of it.", False)}, (),
        {"force": False},
    ),
}  # fmt: skip

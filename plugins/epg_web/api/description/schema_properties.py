"""The properties of what the API answers: channels, programmes, providers, imports. `schemas` puts records together of them."""

from .schema_kinds import flag, ident, integer, nullable, record, ref, text, texts, time, typed

CHANNEL = {
    "id": ident("Number of the channel."),
    "name": text("Unique name, usually the XMLTV id of the feed that brought it first.", "one.example"),
    "display_name": text("Name for people.", "Channel One"),
    "icon_url": nullable(text("Address of the logo.", "https://example.com/one.png")),
    "number": nullable(text("Number on the remote control, as text.", "1")),
}
CHANNEL_MORE = {
    "providers": texts("Names of the providers that feed it, the best first.", ["north"]),
    "covered_from": nullable(time("Start of its first programme", "2026-11-21T00:00:00Z")),
    "covered_until": nullable(time("End of its last programme", "2026-11-29T00:00:00Z")),
}
PROGRAM = {
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
    "icon_url": nullable(
        text("Address of a picture, the icon or else an image.", "https://example.com/news.jpg")
    ),
    "is_new": flag("Whether the feed calls it new.", False),
    "provider": text("Name of the provider it comes from.", "north"),
}
#: what the guide knows of its series
KNOWN = {
    "series_id": nullable(ident("Its series; null while that is not known.")),
    "episode_id": nullable(ident("Its episode; null where the feed says too little to tell.")),
    "showing": text(
        "repeat: shown before; first: the feed says so; first_here: nothing earlier is known here; else unknown.", "first_here",
        enum=["repeat", "first", "first_here", "unknown"],
    ),
}  # fmt: skip
WHY = {"showing_reason": text("Why the showing is that.", "first time here since 2026-11-01")}
PROGRAM_MORE = {
    **WHY,
    "end_source": text("Where the end comes from: feed, next, length, assumed or cut.", "feed"),
    "shadowed_by": nullable(ident("The programme of a better provider that hides this one.", 2)),
    "details": typed("object", "The rest of the XMLTV element, by the names of the DTD.", {"premiere": {}}),
    "genre": nullable(
        typed(
            "integer",
            "Genre of ETSI EN 300 468: 16 times the class plus the kind; null if none is known.",
            32,
        )
    ),
    "genre_source": nullable(
        text("category: from its own; learned: from the same title elsewhere.", "category")
    ),
    "created_at": time("When it came in", "2026-11-20T04:00:00Z"),
    "updated_at": time("When it was last changed", "2026-11-21T04:00:00Z"),
    "channel": ref("Channel"),
}
#: a programme with the names of its channel, as a row of a table
PROGRAM_ROW = {
    "id": PROGRAM["id"], "channel_id": PROGRAM["channel_id"],
    "channel": text("Name of its channel.", "one.example"),
    "display_name": text("That channel's name for people.", "Channel One"),
    **{name: part for name, part in PROGRAM.items() if name not in ("id", "channel_id")},
    "end_source": PROGRAM_MORE["end_source"], "details": PROGRAM_MORE["details"],
}  # fmt: skip
PROVIDER = {
    "id": ident("Number of the provider."),
    "name": text("Unique name.", "north"),
    "enabled": flag("Without it, it is not imported and its programmes are not shown.", True),
    "priority": typed("integer", "The smallest number is the best provider.", 1),
}
PROVIDER_MORE = {
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
    "repair_text": flag("Whether texts that were encoded or escaped twice are mended.", False),
    "kind": text(
        "Where the feed comes from: an address, an Xtream account or a command.", "url", enum=["url", "xtream", "command"]
    ),
    "mirrors": texts("Further addresses of the same feed, tried in order; shown like xmltv_url.", []),
    "schedule": nullable(text("When it is imported: 6h, 03:00 or cron; null: once a day, as the server's settings say.", "6h")),
    "schedule_timezone": nullable(text("IANA zone of the schedule; null: that of the server's settings.", "Europe/London")),
    "downloads_per_day": nullable(integer("How often its addresses are asked on one day; null: no limit.", 4)),
    "next_import_at": nullable(
        time("When the scheduler will import it next; null where none has planned it", "2026-11-28T03:04:00Z")
    ),
    "created_at": time("When it was added", "2026-11-01T00:00:00Z"),
    "updated_at": time("When it was last changed", "2026-11-01T00:00:00Z"),
}  # fmt: skip
#: what only those see who may write
PROVIDER_PRIVATE = {
    "private_addresses": text(
        "Whether the feed may be fetched from addresses that are not public. For writers only.", "deny",
        enum=["allow", "deny"],
    ),
    "headers": texts("Names of the request headers that are set, never their values. For writers only.", []),
}  # fmt: skip
PROVIDER_NOW = {
    "channels": integer("How many channels it feeds.", 7),
    "last_import": nullable(ref("LastImport")),
}
IMPORT = {
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
    "source": nullable(
        integer("Which of the provider's addresses served, counted from 1; null for a file, and where none did.", 1, 1)
    ),
    "downloads": integer("How often addresses were asked for the feed, mirrors included.", 1),
    "problems": integer("How many problems the feed had.", 2),
    "error_code": nullable(text("Short name of the error.", "download")) | {"examples": [None]},
    "error_message": nullable(text("The error in one line, without secrets.", "")) | {"examples": [None]},
}  # fmt: skip
PROBLEM = record(
    "One kind of problem, added up by its subject.",
    {
        "code": text("Kind of problem.", "badstart"),
        "line": nullable(integer("Line of the first case in the decompressed feed.", 812)),
        "subject": nullable(text("What has it, for example a channel id.", "one.example")),
        "message": nullable(text("In words.", "the start cannot be read")),
        "count": integer("How often.", 2, 1),
    },
)
STARTED = record(
    "One import that was started.",
    {
        "id": ident("Number of the import."), "provider": text("Name of the provider.", "north"),
        "url": text("Where to follow it.", "/api/v1/imports/1"),
    },
)  # fmt: skip

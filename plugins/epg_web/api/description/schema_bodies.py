"""Bodies of requests. They are closed, because a misspelt setting must not be lost in silence."""

from .schema_kinds import Schema, array, body, flag, ident, integer, nullable, text, typed

LANGUAGE = r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}$"
NAME = r"^[^/\\-][^/\\]*$"
ADDRESS = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+$"
_SETTINGS = {
    "name": text(
        "Unique name; not only digits, no slash, no dash at its start, nothing that cannot be printed.", "example",
        pattern=NAME, maxLength=100,
    ),
    "xmltv_url": nullable(
        text(
            "Address of the feed, http or https. May hold a password: it is kept apart and never published.",
            "https://example.com/guide.xml.gz", pattern=ADDRESS, maxLength=8000,
        )
    ),
    "public_url": flag("Whether everybody may see the whole address.", False, default=False),
    "enabled": flag("Whether it is imported and shown.", True, default=True),
    "priority": integer("The smallest number is the best provider.", 50, maximum=9999, default=100),
    "timezone": nullable(text("IANA zone for times without an offset; null means UTC.", "Europe/London")),
    "shift_minutes": integer("Minutes added to every time of the feed.", 0, -10080, maximum=10080, default=0),
    "language": array(
        "Preferred languages, the best first.", {"type": "string", "pattern": LANGUAGE}, ["en"], default=[]
    ),
    "channel_policy": text(
        "Channels nobody mapped: all makes them channels of the guide, mapped ignores them.", "all",
        enum=["all", "mapped"], default="all",
    ),
    "repair_text": flag("Whether texts that were encoded or escaped twice are mended.", False, default=False),
    "headers": typed(
        "object", "Request headers for the download, all of them; values are never given back.",
        {"X-Key": "secret-example"}, additionalProperties={"type": "string"},
    ),
    "private_addresses": text(
        "allow lets the feed be fetched from private addresses; only where the server's settings permit it.", "deny",
        enum=["allow", "deny"], default="deny",
    ),
    "kind": text(
        "What the address is: that of a feed, or of an Xtream account. Only the command line makes a provider of a command.",
        "url", enum=["url", "xtream"], default="url",
    ),
    "mirrors": array(
        "Further addresses of the same feed, tried in order; all of them. Kept apart like xmltv_url.",
        {"type": "string", "pattern": ADDRESS, "maxLength": 8000}, ["https://mirror.example.com/guide.xml.gz"], default=[],
        maxItems=9,
    ),
    "username": nullable(
        text("User name at the address; goes into it, and is never given back alone.", "me", maxLength=500)
    ),
    "password": nullable(
        text("Password at the address; goes into it, and is never given back alone.", "secret-example", maxLength=500)
    ),
    "schedule": nullable(
        text(
            "When it is imported: 6h, 03:00 or five fields of cron; null: once a day, as the server's settings say.", "6h",
            maxLength=200,
        )
    ),
    "schedule_timezone": nullable(text("IANA zone of the schedule; null: that of the server's settings.", "Europe/London")),
    "downloads_per_day": nullable(
        integer("How often its addresses may be asked on one day; null: no limit.", 4, 1, maximum=1000)
    ),
}  # fmt: skip
_CHANNEL_SETTINGS = {
    "name": text("Unique name; not only digits.", "new.example", minLength=1),
    "display_name": text("Name for people; left out: the name.", "New Channel", minLength=1),
    "icon_url": nullable(text("Address of the logo.", "https://example.com/new.png")),
    "number": nullable(text("Number on the remote control, as text.", "12")),
    "hidden": flag("Keeps the channel out of the guide.", False),
    "pinned": typed(
        "array",
        "The fields that stay as they are; the others follow the feeds. What the body sets is pinned, too.",
        ["number"],
        items={"type": "string", "enum": ["display_name", "icon_url", "number"]},
    ),
}
_MERGE = ident("Merge this channel into that one, which the answer shows. Alone in the body.", 2)
_TARGET = {
    "channel_id": nullable(ident("The channel of the guide; null ignores the provider's channel.")),
    "new_channel": text("Or the name of a channel to make.", "new.example", minLength=1),
}
_SHIFT = {
    "shift_minutes": integer(
        "Minutes added to the times of this channel, on top of the provider's; left out: as before.",
        60,
        -10080,
        maximum=10080,
    ),
}
_PROVIDER_REFERENCE = {
    "description": "Name or id of the provider.", "type": ["string", "integer"], "examples": ["north"],
}  # fmt: skip

_ONE_OF = {"oneOf": [{"required": ["channel_id"]}, {"required": ["new_channel"]}]}
_PAIR = {
    "provider": _PROVIDER_REFERENCE,
    "provider_channel_id": text("The channel's id in the feed.", "one.north", minLength=1),
}
_TRIGGER = {
    "providers": array(
        "Names or ids; empty or left out: all enabled ones.", {"type": ["string", "integer"]}, ["north"]
    ),
    "force": flag("Read the feed again although it did not change.", False, default=False),
}
BODIES: dict[str, Schema] = {
    "ProviderNew": body(
        "Settings of a provider; what is left out has its default.", _SETTINGS, ("name",),
        {"name": "example", "xmltv_url": "https://example.com/guide.xml.gz", "priority": 50, "language": ["en"]},
    ),
    "ProviderChange": body("Settings to change.", _SETTINGS, (), {"priority": 10, "shift_minutes": 60}),
    "ChannelNew": body(
        "A channel to make.", _CHANNEL_SETTINGS, ("name",),
        {"name": "new.example", "display_name": "New Channel", "number": "12"},
    ),
    "ChannelChange": body(
        "What to change.", {**_CHANNEL_SETTINGS, "merge_into": _MERGE}, (), {"display_name": "Channel 1", "number": "5"}
    ),
    "ChannelsChange": body(
        "One of many changes. With id, name is the new name; without, it says which channel.",
        {"id": ident("The channel."), **_CHANNEL_SETTINGS}, (), {"id": 1, "number": "101"},
    ) | {"anyOf": [{"required": ["id"]}, {"required": ["name"]}]},
    "MappingNew": body(
        "A provider's channel and what it is; one of channel_id and new_channel.",
        {**_PAIR, **_TARGET, **_SHIFT}, tuple(_PAIR),
        {"provider": "north", "provider_channel_id": "one.north", "channel_id": 1},
    ) | _ONE_OF,
    "MappingChange": body(
        "What it is; one of channel_id and new_channel.", {**_TARGET, **_SHIFT}, (), {"channel_id": 2}
    ) | _ONE_OF,
    "MappingShift": body("How far its times are off.", _SHIFT, tuple(_SHIFT), {"shift_minutes": 60}),
    "Trigger": body(
        "What to import. An empty body means all enabled providers.", _TRIGGER, (), {"providers": ["north"]}
    ),
}  # fmt: skip

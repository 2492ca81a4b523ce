"""The schemas of series: what the API answers."""

from .schema_kinds import Schema, flag, ident, integer, nullable, record, ref, text, texts, time
from .schema_properties import CHANNEL, KNOWN, PROGRAM, WHY

_SERIES = {
    "id": ident("Number of the series; it never changes."),
    "title": text("What it is called.", "Evening News"),
    "kind": text("series or film.", "series", enum=["series", "film"]),
    "generic": flag("Whether many channels have the title and hardly any episode is known.", False),
    "pinned": flag("Whether a person has merged or split it.", False),
    "episodes": integer("How many of its episodes are known.", 1),
}
_SEASON = record(
    "A season of a series.",
    {
        "season": nullable(integer("Its number; null for episodes without one.", 2)),
        "episodes": integer("How many of its episodes are known.", 1),
    },
)
_NEXT = record(
    "The next showing of an episode.",
    {
        "program_id": ident("The programme."),
        "channel_id": ident("Its channel."),
        "start_time": time("Start", "2026-11-22T20:00:00Z"),
    },
)
SERIES_SCHEMAS: dict[str, Schema] = {
    "Series": record("A series, or a film.", _SERIES),
    "SeriesDetail": record(
        "A series, with its seasons and channels.",
        {
            **_SERIES,
            "seasons": {"type": "array", "description": "Its seasons, in order.", "items": _SEASON},
            "keys": texts("The titles by which it is found, folded; at most 100.", ["evening news"]),
            "channels": {
                "type": "array", "description": "Channels that show it, those with most programmes first; at most 200.",
                "items": record(
                    "A channel that shows it.",
                    {**CHANNEL, "programs": integer("How many of its programmes are in the guide.", 3)},
                ),
            },
        },
    ),
    "Episode": record(
        "An episode that is known.",
        {
            "id": ident("Number of the episode; it never changes."),
            "series_id": ident("Its series."),
            "season": nullable(integer("Number of the season, counted from 1.", 2)),
            "episode": nullable(integer("Number of the episode in its season, counted from 1.", 5)),
            "subtitle": nullable(text("Its own title.", "Roses")),
            "first_start": nullable(time("Start of the first known showing", "2026-11-20T20:00:00Z")),
            "first_channel_id": nullable(ident("The channel of that showing.")),
            "last_start": nullable(time("Start of the last known showing", "2026-11-22T20:00:00Z")),
            "showings": integer("How many showings are known; within two hours, several channels show it once.", 2),
            "next": nullable(_NEXT),
        },
    ),
    "SeriesAiring": record("A showing of a series, with its channel.", {**PROGRAM, **KNOWN, **WHY, "channel": ref("Channel")}),
}  # fmt: skip

"""The table of API routes. Matching, validation, `Allow` and OpenAPI are all made from it."""

import re
from functools import lru_cache

from ..base.genre_filter import GENRE
from ..base.lineup_filter import LINEUP
from ..base.params import MAX_ID, Param
from .lineup_routes import LINEUP_ROUTES
from .route_kinds import BASE as BASE
from .route_kinds import Route as Route
from .route_kinds import page, yes_or_no
from .route_kinds import read_route as _read
from .route_kinds import write_route as _write
from .rule_api.rule_routes import RULE_ROUTES
from .series_api.series_routes import SERIES_ROUTES
from .watch_api.watch_routes import WATCH_ROUTES

#: channels that one request may change, as in `epg_ingest.bulk.edits`; a test holds the two equal
MAX_CHANNELS = 500
MOST_CANDIDATES = 1000
#: titles, people and channels that one answer suggests, each
MOST_SUGGESTED = 6
NOTHING_HERE = "there is nothing at this address; see /api/v1/openapi.json"
START = Param(
    "start", "moment", "From when on; ISO 8601, without offset UTC. Left out: now.", example="2026-11-22"
)
END = Param(
    "end", "moment", "Until when, itself not included. Left out: 24 hours after start.", example="2026-11-23"
)
CHANNELS = Param("channels", "ids", "Only these channels, by id.", example="1,2")


ROUTES: tuple[Route, ...] = (
    _read(
        "channels", "/channels", "Channels, in the order of their numbers", "Channel",
        Param("q", "text", "Only those with this in name or display name.", example="one"),
        Param("provider", "text", "Only those this provider feeds; name or id."), LINEUP,
        yes_or_no("empty", "Only those without programmes to come, or only the others."),
        yes_or_no("stale", "Only those with a source that its feed no longer has, or only the others."),
        yes_or_no("unmatched", "Only those that no second provider feeds, or only the others."),
        *page(1000, 5000, "channels"), rows=True,
    ),
    _write("channel_create", "POST", "/channels", "Make a channel", "ChannelDetail", "ChannelNew", 201),
    _write(
        "channels_update", "PATCH", "/channels", "Change many channels, all or none", "ChannelDetail", "ChannelsChange",
        many=True,
    ),
    _read("channel", "/channels/{id}", "One channel, with what is known ahead", "ChannelDetail"),
    _write("channel_update", "PATCH", "/channels/{id}", "Change a channel", "ChannelDetail", "ChannelChange"),
    _write(
        "channel_delete", "DELETE", "/channels/{id}",
        "Delete a channel with its programmes; feeds that brought it are ignored for it from then on", None, status=204,
    ),
    _read(
        "programs", "/channels/{id}/programs", "Shown programmes of a channel that overlap [start, end), in order",
        "Program", START, END, GENRE, rows=True,
    ),
    _read(
        "guide", "/guide", "Shown programmes of many channels that overlap [start, end), grouped by channel", "GuideEntry",
        START, END, CHANNELS, LINEUP, GENRE,
        Param("limit", "int", "Channels of a page; times days at most 500.", None, 1, 500, example=20),
        Param("after", "int", "The id of the last channel of the page before.", None, 0), rows=True,
    ),
    _read(
        "now", "/now", "Now and next of every channel", "NowEntry",
        Param("at", "moment", "The moment; left out: now.", example="2026-11-22T20:00:00Z"), CHANNELS, LINEUP, GENRE,
        *page(1000, 2000, "channels"), rows=True,
    ),
    _read("program", "/programs/{id}", "One programme, everything", "ProgramDetail"),
    _read(
        "search", "/search", "Programmes with all these words: what is still to come first, the soonest on top", "Hit",
        Param("q", "text", "Words; a star at the end of one finds beginnings.", example="news"),
        Param("start", "moment", "Only programmes that end after this."),
        Param("end", "moment", "Only programmes that begin before this."),
        CHANNELS, LINEUP, GENRE,
        Param("limit", "int", "At most so many hits.", 50, 1, 200, example=50),
        Param("offset", "int", "Hits to leave out at the start.", 0, 0, 5000), rows=True,
    ),
    _read(
        "suggest", "/suggest", "What these words, the last of which may be a beginning, may look for", "Suggestions",
        Param("q", "text", "Words.", example="bre"),
        Param("limit", "int", "At most so many of each kind.", MOST_SUGGESTED, 1, 20, example=MOST_SUGGESTED),
    ),
    _read(
        "changes", "/changes", "What has changed in the guide, in order, for copies that stay in step", "Change",
        Param("limit", "int", "At most so many changes.", 500, 1, 2000, example=500),
        Param("after", "int", "The id of the last change that is known; left out: from the beginning of the log.", None, 0),
        CHANNELS, LINEUP, rows=True,
    ),
    _read("providers", "/providers", "Providers, the best first", "Provider", rows=True),
    _write("provider_create", "POST", "/providers", "Add a provider", "ProviderDetail", "ProviderNew", 201),
    _read("provider", "/providers/{id}", "One provider, with its last import", "ProviderDetail", live=True),
    _write("provider_replace", "PUT", "/providers/{id}", "Set every setting of a provider", "ProviderDetail", "ProviderNew"),
    _write("provider_update", "PATCH", "/providers/{id}", "Change settings of a provider", "ProviderDetail", "ProviderChange"),
    _write("provider_delete", "DELETE", "/providers/{id}", "Delete a provider with its programmes", None, status=204),
    _read(
        "mappings", "/mappings", "Which channel of a feed is which channel of the guide", "Mapping",
        Param("provider", "text", "Only those of this provider; name or id."),
        Param("channel", "int", "Only those of this channel."),
        Param(
            "method", "choice", "How it was found.", None,
            choices=("id", "name", "schedule", "moved", "new", "manual"),
        ),
        *page(500, 1000, "mappings"), rows=True,
    ),
    _write("mapping_set", "PUT", "/mappings", "Map a provider's channel by hand", "Mapping", "MappingNew"),
    _read(
        "candidates", "/mappings/candidates", "Channels that may be the same, for review", "Candidate",
        Param("limit", "int", "At most so many.", 100, 1, MOST_CANDIDATES, example=100), rows=True,
    ),
    _read("mapping", "/mappings/{id}", "One mapping", "Mapping"),
    _write("mapping_update", "PUT", "/mappings/{id}", "Map it to another channel, or ignore it", "Mapping", "MappingChange"),
    _write("mapping_shift", "PATCH", "/mappings/{id}", "Shift the times of its channel", "Mapping", "MappingShift"),
    _write("mapping_delete", "DELETE", "/mappings/{id}", "Forget it; the next import decides anew", None, status=204),
    *LINEUP_ROUTES,
    *RULE_ROUTES,
    *SERIES_ROUTES,
    *WATCH_ROUTES,
    _write(
        "import_trigger", "POST", "/import/trigger", "Start an import of the named providers, or of all enabled ones",
        "Started", "Trigger", 202, "epg-import",
    ),
    _read(
        "imports", "/imports", "The import log, the newest first", "Import",
        Param("provider", "text", "Only those of this provider; name or id."),
        Param("status", "choice", "Only those that ended so.", None, choices=("running", "success", "partial", "failed")),
        *page(50, 500, "imports"), rows=True, live=True,
    ),
    _read("import", "/imports/{id}", "One import, with its problems", "ImportDetail", live=True),
    _read("openapi", "/openapi.json", "This description", "OpenAPI"),
)  # fmt: skip
_ROWS = (
    Param(
        "start",
        "moment",
        "Only programmes that end after this; ISO 8601, without offset UTC.",
        example="2026-11-22",
    ),
    Param("end", "moment", "Only programmes that begin before this.", example="2026-11-23"),
    Param("days", "int", "Instead: programmes from now until so many days ahead.", None, 1, 3650),
    Param("past_days", "int", "Instead: also those of so many days past.", None, 0, 3650),
    Param("channels", "names", "Only these channels, by id or name.", example="1,2"),
    LINEUP,
    GENRE,
    Param("provider", "text", "What this provider gives, also what others hide; name or id."),
    Param(
        "change",
        "int",
        "Only with this change of the guide in it; 503 where the server has not got it yet.",
        None,
        0,
    ),
)
#: reads that are streamed by `exports.program_rows` and not by the lane, by the end of their address
STREAMS: dict[str, Route] = {
    "ndjson": _read(
        "rows",
        "/programs.ndjson",
        "The whole guide as rows, a line of JSON for each programme",
        "ProgramRow",
        *_ROWS,
    ),
    "csv": _read("rows_csv", "/programs.csv", "The whole guide as rows, as CSV", "ProgramRow", *_ROWS),
}
BY_NAME = {route.name: route for route in ROUTES}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str, dict[str, Route]]]:
    """Fixed addresses first, so that `/mappings/candidates` is not taken for an id."""
    methods: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        methods.setdefault(route.path, {})[route.method] = route
    ordered = sorted(methods, key=lambda path: "{" in path)
    return [
        (re.compile(re.escape(path).replace(r"\{id\}", "(?P<id>[0-9]{1,19})")), path, methods[path])
        for path in ordered
    ]


def match(path: str) -> tuple[dict[str, Route], int | None] | None:
    """The methods of an address and the id in it; None where there is nothing.

    An id that is too large for the database does not exist. An address that ends in `.csv` has only reads of lists.
    """
    stream = stream_of(path)
    if stream is not None:
        return {"GET": stream}, None
    plain = path.removesuffix(".csv")
    for pattern, _, methods in _patterns():
        found = pattern.fullmatch(plain)
        if found:
            ident = found.groupdict().get("id")
            if ident is not None and not 1 <= int(ident) <= MAX_ID:
                return None
            if plain != path:
                methods = {name: route for name, route in methods.items() if route.rows}
            return (methods, None if ident is None else int(ident)) if methods else None
    return None


def stream_of(path: str) -> Route | None:
    """The streamed read at an address, None for every other address."""
    return next((route for route in STREAMS.values() if route.path == path), None)


def allow(methods: dict[str, Route]) -> str:
    """The value of `Allow`: HEAD goes with GET, OPTIONS with everything."""
    names = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
    return ", ".join(sorted(names))

"""What a request for XMLTV asks for."""

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from epg_ingest import __version__
from epg_ingest.core.errors import UsageError
from epg_ingest.export.form import Form, language

from ..api.lane import stamp_of
from ..api.read_parts import DAY
from ..base.answer import Refused
from ..base.connections import Generation
from ..base.http import Scope, wants_gzip
from ..base.lineup_filter import LINEUP
from ..base.params import Param
from .common import arguments, hour, with_channels

DAYS = 3650
LOGOS = Param("logos", "choice", "local: logos come from this site.", "feed", choices=("feed", "local"))
GENRES = Param(
    "genres",
    "choice",
    "A category first by which Kodi or tvheadend colours it.",
    None,
    choices=("kodi", "dvb"),
)
EPISODE_IDS = Param(
    "episode_ids",
    "int",
    "1: known episodes have an id of this guide, so that players see each once.",
    0,
    0,
    1,
    example=1,
)
PARAMS = (
    # Removed before the others are parsed: `ids` would refuse names.
    Param("channels", "ids", "Only these channels, by id or name."),
    Param("days", "int", "Programmes from now until so many days ahead.", None, 1, DAYS, example=7),
    Param("past_days", "int", "Also those of so many days past.", None, 0, DAYS, example=1),
    Param("provider", "text", "What this provider gives, also what others hide; name or id.", example="uk"),
    Param("lang", "text", "Only this language, where a text comes in several.", example="en"),
    Param("ids", "choice", "safe: channel ids without blanks.", "names", choices=("names", "safe")),
    Param("round_trip", "int", "1: for another datasette-epg.", 0, 0, 1, example=1),
    LOGOS,
    GENRES,
    EPISODE_IDS,
    LINEUP,
)
#: of the guide of a line-up
LINEUP_PARAMS = (
    Param("days", "int", "Programmes from now until so many days ahead.", None, 1, DAYS, example=7),
    Param("past_days", "int", "Also those of so many days past.", None, 0, DAYS, example=1),
    Param("lang", "text", "Only this language, where a text comes in several.", example="en"),
    Param(
        "ids",
        "choice",
        "Instead of the line-up's own ids.",
        None,
        choices=("source", "guide", "number", "safe"),
    ),
    LOGOS,
    GENRES,
    EPISODE_IDS,
)


#: how a body is compressed; "" for not at all
Packing = Literal["", "gz", "xz"]


@dataclass(frozen=True)
class ExportRequest:
    """A parsed request. `channels` are names, or ids as text. `days` and `past_days` are as asked, and `clock`, in epoch
    seconds, is the hour from which they count, 0 without them. `file` says that the document itself is a packed file, not
    compressed on the way. `lineup` is the name of the line-up whose document it is, `scheme` the ids that it has instead of
    the line-up's own, and `today` the beginning of the day, as filler depends on it. `within` is a line-up that filters.
    """

    channels: tuple[str, ...]
    provider: str | None
    form: Form
    days: int | None
    past_days: int | None
    clock: int
    packing: Packing
    file: bool
    lineup: str | None = None
    scheme: str | None = None
    today: int = 0
    within: str | None = None

    @property
    def start(self) -> int | None:
        """Epoch seconds from which on programmes are wanted."""
        return self.clock - (self.past_days or 0) * DAY if self.clock else None

    @property
    def stop(self) -> int | None:
        return None if self.days is None else self.clock + self.days * DAY

    @property
    def name(self) -> str:
        name = f"{self.lineup or 'xmltv'}.xml"
        return f"{name}.{self.packing}" if self.file else name

    @property
    def is_whole_guide(self) -> bool:
        return not (
            self.lineup
            or self.within
            or self.channels
            or self.provider
            or self.form.lang
            or self.form.site  # which a client can make up
            or self.days
            or self.past_days is not None
        )

    def at(self, now: float) -> "ExportRequest":
        """The same request at another time, in epoch seconds; 0 for the kind of request, whatever the time."""
        counted = self.days is not None or self.past_days is not None
        today = int(now) // DAY * DAY if self.lineup else 0
        return replace(self, clock=hour(now) if counted else 0, today=today)

    def document(self, generation: Generation) -> str:
        """The stamp of the document, however it is packed: the same stamp means the same document."""
        what: tuple[object, ...] = (
            self.channels,
            self.provider,
            self.form,
            self.start,
            self.stop,
            __version__,
        )
        if self.lineup or self.within:
            what = (*what, self.lineup, self.scheme, self.today, self.within)
        return f"{stamp_of(generation)}-{hashlib.sha256(repr(what).encode()).hexdigest()[:12]}"

    def stamp(self, generation: Generation) -> str:
        """The stamp of the answer."""
        return self.document(generation) + (f".{self.packing}" if self.file else "")

    def file_name(self, generation: Generation) -> str:
        """The name of the packed document among files."""
        return f"{self.document(generation)}.{self.packing}"


def understand(scope: Scope, ending: str | None, now: float, site: str | None = None) -> ExportRequest:
    """The request in its parts. Days count from the full hour, so that an hour has one answer. `ending` is that of the address:
    `gz`, `xz` or None; `site` is the address of this site, None if it keeps no logos.

    Raises `Refused` (400) for parameters that cannot be read.
    """
    values, channels = with_channels(scope, PARAMS)
    round_trip, local = bool(values["round_trip"]), _site(values["logos"], site)
    if local and round_trip:
        raise Refused(400, "round_trip=1 gives what the feeds said: leave out logos=local")
    if values["genres"] and round_trip:
        raise Refused(400, "round_trip=1 gives what the feeds said: leave out genres")
    if values["episode_ids"] and round_trip:
        raise Refused(400, "round_trip=1 gives what the feeds said: leave out episode_ids")
    form = Form(
        _language(values["lang"]), round_trip, values["ids"] == "safe", local, values["genres"], bool(values["episode_ids"])
    )  # fmt: skip
    days, past = values["days"], values["past_days"]
    return ExportRequest(
        channels, values["provider"], form, days, past, 0, _packing(scope, ending), bool(ending),
        within=values["lineup"],
    ).at(now)  # fmt: skip


def understand_lineup(
    scope: Scope, name: str, ending: str | None, now: float, site: str | None = None
) -> ExportRequest:
    """The request for the guide of a line-up in its parts, as `understand`."""
    values = arguments(scope, LINEUP_PARAMS)
    form = Form(_language(values["lang"]), site=_site(values["logos"], site), genres=values["genres"])
    form = form._replace(episode_ids=bool(values["episode_ids"]))
    return ExportRequest(
        (), None, form, values["days"], values["past_days"], 0, _packing(scope, ending), bool(ending),
        lineup=name, scheme=values["ids"],
    ).at(now)  # fmt: skip


def _packing(scope: Scope, ending: str | None) -> Packing:
    return "xz" if ending == "xz" else "gz" if ending or wants_gzip(scope) else ""


def _site(logos: str, site: str | None) -> str | None:
    """The site whose logos the export names; None for those of the feeds."""
    if logos == "local" and site is None:
        raise Refused(400, "this site keeps no logos (logos_mb): leave out logos=local")
    return site if logos == "local" else None


def _language(text: str | None) -> str | None:
    try:
        return language(text, "lang")
    except UsageError as error:
        raise Refused(400, error.message) from None

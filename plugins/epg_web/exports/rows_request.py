"""What a request for the guide as rows asks for."""

from dataclasses import dataclass
from typing import Any

from epg_ingest.export.form import PLAIN

from ..api.routes import STREAMS
from ..base.answer import Refused
from ..base.connections import Generation
from ..base.genre_filter import genre_class
from ..base.http import Scope, wants_gzip
from ..base.moments import epoch
from .common import hour, with_channels
from .xmltv_request import ExportRequest

KINDS = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class RowsRequest(ExportRequest):
    """A parsed request; `kind` is `ndjson` or `csv`. `since` and `until` are a span in epoch seconds, instead of days.
    `change` is the id of a change that the rows must have in them, `genre` the class of the programmes, None for all.

    With the change in its address, a copy in a cache is never older than what the client knows already.
    """

    kind: str = "ndjson"
    since: int | None = None
    until: int | None = None
    change: int = 0
    genre: int | None = None

    @property
    def start(self) -> int | None:
        return super().start if self.clock else self.since

    @property
    def stop(self) -> int | None:
        return super().stop if self.clock else self.until

    @property
    def name(self) -> str:
        return f"programs.{self.kind}"

    def stamp(self, generation: Generation) -> str:
        return f"{self.document(generation)}-{self.kind}{'' if self.genre is None else f'-{self.genre}'}"


def understand(scope: Scope, kind: str, now: float) -> RowsRequest:
    """The request in its parts. Days count from the full hour, as in XMLTV.

    Raises `Refused` (400) for parameters that cannot be read, and for a span that is given in both ways or is empty.
    """
    values, channels = with_channels(scope, STREAMS[kind].params)
    counted = values["days"] is not None or values["past_days"] is not None
    since, until = _span(values, counted)
    return RowsRequest(
        channels=channels, provider=values["provider"], form=PLAIN, days=values["days"],
        past_days=values["past_days"], clock=hour(now) if counted else 0, packing="gz" if wants_gzip(scope) else "",
        file=False, kind=kind, since=since, until=until, change=values["change"] or 0,
        within=values["lineup"], genre=genre_class(values),
    )  # fmt: skip


def _span(values: dict[str, Any], counted: bool) -> tuple[int | None, int | None]:
    """Start and end of the span, None where it is open; `counted` says that days are given."""
    start, end = values["start"], values["end"]
    if counted and (start or end):
        raise Refused(400, "give start and end, or days and past_days, not both")
    if start and end and end <= start:
        raise Refused(400, f"end {end} is not after start {start}")
    return start and epoch(start), end and epoch(end)

"""What a request for the guide as rows asks for."""

from dataclasses import dataclass
from typing import Any

from ..api.read_parts import DAY
from ..api.routes import STREAMS
from ..base.answer import Refused
from ..base.connections import Generation
from ..base.http import Scope, wants_gzip
from ..base.moments import epoch
from .common import hour, with_channels
from .xmltv_request import ExportRequest

KINDS = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class RowsRequest(ExportRequest):
    """A parsed request; `form` is `ndjson` or `csv`. `change` is the id of a change that the rows must have in them.

    With the change in its address, a copy in a cache is never older than what the client knows already.
    """

    form: str = "ndjson"
    change: int = 0

    @property
    def name(self) -> str:
        return f"programs.{self.form}"

    def stamp(self, generation: Generation) -> str:
        return f"{super().stamp(generation)}-{self.form}"


def understand(scope: Scope, form: str, now: float) -> RowsRequest:
    """The request in its parts. Days count from the full hour, as in XMLTV.

    Raises `Refused` (400) for parameters that cannot be read, and for a span that is given in both ways or is empty.
    """
    values, channels = with_channels(scope, STREAMS[form].params)
    start, stop, clock = _span(values, now)
    return RowsRequest(
        channels=channels, provider=values["provider"], lang=None, start=start, stop=stop, clock=clock, file=False,
        gzipped=wants_gzip(scope), form=form, change=values["change"] or 0,
    )  # fmt: skip


def _span(values: dict[str, Any], now: float) -> tuple[int | None, int | None, int]:
    """Start, end and the hour from which days count (0 where the clock does not matter), in epoch seconds."""
    start, end, days, past = (values[name] for name in ("start", "end", "days", "past_days"))
    if days is None and past is None:
        if start and end and end <= start:
            raise Refused(400, f"end {end} is not after start {start}")
        return start and epoch(start), end and epoch(end), 0
    if start or end:
        raise Refused(400, "give start and end, or days and past_days, not both")
    clock = hour(now)
    return clock - (past or 0) * DAY, None if days is None else clock + days * DAY, clock

"""Which packed documents are asked for again and again, and making them as files before the next player asks.

The first request for the whole guide makes its file. Any other document gets a file when it was asked for `OFTEN` times within
`MEMORY` seconds. After an import the files of the new guide are made in the background, one at a time.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from typing import Any

from ..api.lane import Lane
from ..base import access
from ..base.answer import Refused
from .xmltv_files import BYTES, ExportFiles
from .xmltv_request import ExportRequest
from .xmltv_stream import ExportSlots, ExportStream, slots_of

logger = logging.getLogger("datasette_epg")
#: how often makes a habit, and the seconds after which it is forgotten: players ask once or a few times a day
OFTEN, MEMORY = 3, 26 * 3600
#: different requests that are remembered
REMEMBERED = 1000
#: seconds between two looks for a new guide
EVERY = 20.0


class Demand:
    """Requests for packed documents: when the latest came, and how many, without those long ago."""

    def __init__(self) -> None:
        self.asked: OrderedDict[ExportRequest, tuple[float, int]] = OrderedDict()

    def note(self, asked: ExportRequest, now: float) -> bool:
        """Remember a request at `now` (epoch seconds). Whether its document is worth a file."""
        kind = asked.at(0)
        latest, count = self.asked.pop(kind, (now, 0))
        count = count + 1 if now - latest < MEMORY else 1
        self.asked[kind] = (now, count)
        if len(self.asked) > REMEMBERED:
            self.asked.popitem(last=False)
        return worth_a_file(kind, count)

    def popular(self, now: float) -> list[ExportRequest]:
        """The requests that are worth files, as of `now`, the latest first."""
        return [
            kind.at(now)
            for kind, (latest, count) in reversed(self.asked.items())
            if now - latest < MEMORY and worth_a_file(kind, count)
        ]


def worth_a_file(asked: ExportRequest, count: int) -> bool:
    return count >= OFTEN or asked.is_whole_guide


class FileKeeper:
    """The files of one Datasette instance and the demand for them."""

    def __init__(self, lane: Lane, places: ExportSlots, limit: int) -> None:
        self.lane, self.places = lane, places
        self.files = ExportFiles(lane.pool.path, limit)
        self.demand = Demand()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to make files in the background, once there was a request that is worth one."""
        if self.task is None and self.files.folder is not None:
            self.task = asyncio.create_task(self._keep_ready())

    async def _keep_ready(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.make_popular(time.time())
            except Refused as refused:
                logger.warning("no XMLTV file was made: %s", refused.message)
            except Exception:
                # The next look may succeed; without files, exports are streamed.
                logger.exception("no XMLTV file was made")

    async def make_popular(self, now: float) -> None:
        """Make the files that are missing. `now` is in epoch seconds."""
        for asked in self.demand.popular(now):
            if self.files.find(asked.file_name(self.lane.pool.look())) is None:
                await self.make(asked)

    async def make(self, asked: ExportRequest) -> None:
        """Make one file, unless another process does."""
        work = ExportStream(self.lane.pool.path, asked, self.files)
        try:
            await self.places.run(work.begin)
            if work.making is not None:
                await finished(self.places, work)
        finally:
            await asyncio.shield(self.places.run(work.close))


async def finished(places: ExportSlots, work: ExportStream) -> None:
    """Make the rest of a document for its file only."""
    while await places.run(work.block) is not None:
        pass


def keeper_of(datasette: Any, lane: Lane) -> FileKeeper:
    found: FileKeeper | None = getattr(datasette, "_epg_export_files", None)
    if found is None:
        size = access.config(datasette).get("export_files_mb")
        limit = BYTES if size is None else size * 1024 * 1024
        # Files are for what anybody may read.
        limit = limit if access.open_to_strangers(datasette) else 0
        found = datasette._epg_export_files = FileKeeper(lane, slots_of(datasette), limit)
    return found

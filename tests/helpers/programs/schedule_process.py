"""The scheduler of `epg-ingest schedule` with due moments seconds apart:
`python -m tests.helpers.programs.schedule_process DATABASE SECONDS`.

The pause before a retry is one second for each failure. The scheduler looks every half second and logs JSON.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from epg_ingest.scheduler.runner import Runner
from epg_ingest.scheduler.scheduler import Scheduler, only_one
from epg_ingest.settings import logs
from epg_ingest.settings import settings as config
from epg_ingest.settings.environment import settings_as_variables


@dataclass(frozen=True)
class Every:
    """A due moment every `seconds` seconds since 1970."""

    seconds: int

    def last(self, now: float) -> int:
        return int(now) // self.seconds * self.seconds

    def next(self, now: float) -> int:
        return self.last(now) + self.seconds

    def delay(self, due: int) -> int:
        return 0

    def retry(self, failures: int) -> int:
        return failures


def main(database: str, seconds: str) -> None:
    settings = config.load({"database.path": database, "logging.format": "json", "logging.level": "info"})
    logs.set_up_service("info", "json")
    runner = Runner(settings_as_variables(settings))
    with only_one(Path(database)):
        Scheduler(Path(database), Every(int(seconds)), runner, look=0.5).run()


if __name__ == "__main__":
    main(*sys.argv[1:])

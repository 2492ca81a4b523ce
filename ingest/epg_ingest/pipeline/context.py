"""What the steps of one import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.deadline import Deadline
from ..core.models import Counts, Problems, Provider
from .options import Options, Progress

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..parse.feed_secrets import SecretEraser


@dataclass(frozen=True)
class ImportContext:
    """One import of `provider` into `db` at `now` (epoch seconds). The feed must be read by `deadline`.

    `eraser` takes the provider's secrets out of texts. The steps add to `problems` and `counts`, which are logged also
    when a step fails. `others`: the provider has several sources, and what this one gives is compared with what is stored.
    """

    db: Database
    provider: Provider
    options: Options
    now: int
    progress: Progress
    eraser: SecretEraser
    deadline: Deadline
    problems: Problems = field(default_factory=Problems)
    counts: Counts = field(default_factory=Counts)
    others: bool = False

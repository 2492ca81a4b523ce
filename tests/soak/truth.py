"""Which versions an answer may be made of, and what is wrong with an answer."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from tests.soak.feeds import HALF_HOUR, PROVIDERS, TITLE, Offer


class Truth:
    """What the feeds offered and what imports took, shared by all threads.

    A reader asks for `floors` before a request and gives them to `faults` with the answer. Versions below the floor are too
    old: an import of a whole newer feed had ended before. Above it, an import that runs, or that was killed, may have brought
    any version that was offered.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.offered: list[dict[int, Offer]] = [{} for _ in range(PROVIDERS)]
        self.floor = [0] * PROVIDERS
        self.wrong: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()

    def offer(self, provider: int, offer: Offer) -> None:
        with self.lock:
            self.offered[provider][offer.version] = offer

    def took(self, provider: int, version: int) -> None:
        """An import of this version has ended with success."""
        with self.lock:
            offer = self.offered[provider][version]
            if not offer.shown:
                self.wrong[f"an import took {offer.kind}"] += 1
            if offer.whole:
                self.floor[provider] = version

    def floors(self) -> list[int]:
        with self.lock:
            return list(self.floor)

    def note(self, kind: str, faults: list[str]) -> None:
        """Count an answer, and what was wrong with it."""
        with self.lock:
            self.answers[kind] += 1
            self.wrong.update(f"{kind}: {fault}" for fault in faults)

    def faults(self, text: str, floors: list[int], asked: datetime) -> list[str]:
        """What is wrong with the programmes that an answer shows. Those that began before the answer may be of any version."""
        found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
        for provider, channel, version, start in TITLE.findall(text):
            found[int(provider), int(channel)][start] = int(version)
        wrong = []
        with self.lock:
            offered = [dict(versions) for versions in self.offered]
        for (provider, channel), shown in found.items():
            wrong += self._of_channel(
                floors[provider], offered[provider], shown, asked, f"p{provider} c{channel}"
            )
        return wrong

    def _of_channel(
        self, floor: int, offered: dict[int, Offer], shown: dict[str, int], asked: datetime, name: str
    ) -> list[str]:
        coming = {start: version for start, version in shown.items() if moment(start) > asked}
        versions = set(coming.values())
        wrong = [f"{name} has a hole before {start}" for start in holes(shown)]
        wrong += [f"{name} shows v{version}, older than v{floor}" for version in versions if version < floor]
        wrong += [
            f"{name} shows v{version}, which was refused"
            for version in versions
            if version not in offered or not offered[version].shown
        ]
        cut = any(offer.kind == "cut" for version, offer in offered.items() if version >= floor)
        if len(versions) > 1 and not cut:
            wrong.append(f"{name} mixes {sorted(versions)}")
        return wrong


def moment(start: str) -> datetime:
    return datetime.strptime(start, "%Y%m%d%H%M").replace(tzinfo=timezone.utc)


def holes(shown: dict[str, int]) -> list[str]:
    """The starts that do not follow the one before after half an hour. A list that leaves out hours is not looked at."""
    starts = sorted(map(moment, shown))
    return [
        f"{second:%H:%M}"
        for first, second in pairwise(starts)
        if HALF_HOUR < second - first < timedelta(hours=3)
    ]

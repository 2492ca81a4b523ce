"""Properties of joins, by real imports of small feeds: order, removal, and a month of feeds that change."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from epg_ingest.guide.channels import update_channel
from epg_ingest.guide.providers import remove_provider
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guide.feeds_on_air import Channel, airings, check, groups, load
from tests.helpers.support import DAY, NOON, Guide

pytestmark = pytest.mark.slow

#: few ids, names and schedules, so that different feeds often have the same ones
IDENTS = ("BBC1.uk", "bbc1.UK", "x1", "17", "hbo.br", "HBO.pl", "itv", "PPV 1")
NAMES = ("BBC One", "BBC One HD", "bbc one", "HBO", "ITV", "ITV +1", "No Event", "Arte")
SEEDS = (None, 1, "one", "two", "three")
feeds = st.dictionaries(
    st.sampled_from(IDENTS), st.tuples(st.sampled_from(NAMES), st.sampled_from(SEEDS)), min_size=1, max_size=4
).map(lambda channels: {**channels, "always": ("Always on", 3)})
#: few: each is six to nine imports, and there are few ids, names and schedules to combine. Runs outside CI try new ones.
EXAMPLES = 12
guides = st.dictionaries(st.sampled_from("abc"), feeds, min_size=2)


def imported(folder: str, order: Sequence[str], feeds: Mapping[str, dict[str, Channel]]) -> Guide:
    guide = Guide(Path(tempfile.mkdtemp(dir=folder)))
    for name in order:
        load(guide, name, feeds[name])
    return guide


@settings(max_examples=EXAMPLES, deadline=None)
@given(guides, st.randoms(use_true_random=False))
def test_the_order_of_imports_does_not_matter(feeds: dict[str, dict[str, Channel]], random: object) -> None:
    orders = [sorted(feeds), sorted(feeds, reverse=True), random.sample(sorted(feeds), len(feeds))]  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        ends = []
        for order in orders:
            guide = imported(folder, order, feeds)
            check(guide)
            ends.append((groups(guide), {name: sorted(airings(guide, name).values()) for name in feeds}))
            guide.close()
        assert ends[0] == ends[1] == ends[2]


@settings(max_examples=EXAMPLES, deadline=None)
@given(guides, st.data())
def test_without_a_provider_the_others_are_as_if_alone(
    feeds: dict[str, dict[str, Channel]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(sorted(feeds)))
    gone = data.draw(st.sampled_from(order))
    with tempfile.TemporaryDirectory() as folder:
        guide = imported(folder, order, feeds)
        remove_provider(guide.db, guide.vault, gone, now=NOON)
        check(guide)
        alone = imported(folder, [name for name in order if name != gone], feeds)
        assert groups(guide) == groups(alone)
        shown = "SELECT display_name, start_time, end_time, title FROM guide ORDER BY 1, 2, 3, 4"
        assert guide.rows(shown) == alone.rows(shown)
        guide.close()
        alone.close()


#: what happens to a channel of a feed from one day to the next
CHANGES = ("id", "name", "vanish", "return", "seed", "nothing")


class Month:
    """Three providers whose feeds change from day to day."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.feeds: dict[str, dict[str, Channel]] = {
            name: {f"{name}{n}.uk": (f"Channel {'ABCDEF'[n]}", f"seed {n}") for n in range(6)}
            for name in "abc"
        }
        self.away: dict[str, list[tuple[str, Channel]]] = {name: [] for name in "abc"}
        self.numbers = 0

    def change(self, kind: str, which: int, name: str) -> None:
        feed = self.feeds[name]
        self.numbers += 1
        if kind == "return" and self.away[name]:
            ident, channel = self.away[name].pop()
            feed[ident] = channel
        elif kind != "nothing" and len(feed) > 2:
            ident = sorted(feed)[which % len(feed)]
            channel = feed.pop(ident)
            if kind == "id":
                feed[f"{name}new{self.numbers}.uk"] = channel
            elif kind == "name":
                feed[ident] = (f"Channel {self.numbers}", channel[1])
            elif kind == "vanish":
                self.away[name].append((ident, channel))
            else:
                feed[ident] = channel

    def import_all(self, day: int) -> None:
        for name, feed in self.feeds.items():
            load(self.guide, name, feed, start=NOON + day * DAY, now=NOON + day * DAY, force=True)


@settings(max_examples=1, deadline=None)
@given(st.integers(0, 1 << 32))
def test_a_month_leaves_no_double_and_no_orphan(seed: int) -> None:
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        guide = Guide(Path(folder))
        month = Month(guide)
        month.import_all(0)
        assert len(groups(guide)) == 6
        update_channel(guide.db, "a0.uk", {"number": "101"})
        for day in range(1, 31):
            for _ in range(random.randrange(4)):
                kind = random.choice(CHANGES)
                month.change(kind, random.randrange(6), random.choice("abc"))
            month.import_all(day)
            check(guide)
            alive = {f"{name}:{ident}" for name, feed in month.feeds.items() for ident in feed}
            assert alive <= {source for group in groups(guide) for source in group}
        assert guide.rows("SELECT count(*) AS n FROM channels WHERE number = '101'") == [{"n": 1}]
        # What shows the same stays together, under any id and any name.
        assert len(guide.rows("SELECT id FROM channels")) == 6
        guide.close()

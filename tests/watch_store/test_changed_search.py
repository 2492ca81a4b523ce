"""What a watch finds in what changed is what it finds in the whole guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from epg_ingest.watch_store.airing_search import ChangedAirings, found_in_guide
from epg_ingest.watches.watch_settings import checked_watch

from tests.alerts.alert_guide import AlertGuide, on
from tests.helpers.support import NOON

CREDITS = "<credits><director>{}</director><actor>{}</actor></credits>"
SHOWS = (
    ("Straße", CREDITS.format("Ann Smith", "John Doe")), ("Strasse", ""), ("S.W.A.T.", "<sub-title>Café</sub-title>"),
    ("s w a t", "<desc>With Smith, on a street</desc>"), ("Pokémon", CREDITS.format("Élodie Yung", "Ann-Marie Smithers")),
    ("№ 5", ""), ("日本", "<desc>pokemon</desc>"), ("The Cafe", ""),
)  # fmt: skip
ASKED = (
    ("title", "strasse"), ("title", "straße"), ("title", "SWAT"), ("title", "S W A T"), ("title", "pokemon"), ("title", "no 5"),
    ("title", "№ 5"), ("title", "日本"), ("words", "smith"), ("words", "doe"), ("words", "cafe"), ("words", "poke*"),
    ("words", '"on a street" with'), ("person", "ann"), ("person", "Smith John"), ("person", "elodie"), ("person", "JOHN DOE"),
    ("pattern", "^S.*"), ("pattern", "(?i)caf[eé]"), ("pattern", "nothing"),
)  # fmt: skip


def test_it_finds_the_same_as_in_the_whole_guide(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path)
    guide.day(*(on("one.uk", hour, title, inner) for hour, (title, inner) in enumerate(SHOWS, 1)))
    watches = [
        checked_watch({"kind": kind, "value": value}, number) for number, (kind, value) in enumerate(ASKED, 1)
    ]
    ids = [ident for (ident,) in guide.db.execute("SELECT id FROM series")]
    watches += [checked_watch({"kind": "series", "value": ident}, 100 + ident) for ident in ids]
    changed = ChangedAirings(guide.db, 0, NOON).found(watches)
    for watch in watches:
        whole = found_in_guide(guide.db, watch, NOON)
        assert changed.get(watch.id, []) == whole, (watch.kind, watch.value)
    assert len(changed) > len(ids) + 10, "most of them find something"
    guide.close()


@pytest.mark.parametrize("alone", [True, False])
def test_what_one_watch_finds_does_not_depend_on_another(tmp_path: Path, alone: bool) -> None:
    """A watch for words looks into no credits, although one for a person is there."""
    guide = AlertGuide(tmp_path)
    guide.day(on("one.uk", 3, "Other"))
    guide.watch("smith", "words", tell_match=True, lead_minutes=None)
    if not alone:
        guide.watch("nobody", "person", tell_match=True)
    guide.day(on("one.uk", 3, "Film", CREDITS.format("Ann Smith", "John Doe")))
    assert guide.receiver.heard() == []
    guide.close()

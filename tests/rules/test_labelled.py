"""The shipped rules on titles of real feeds that a person labelled. The file is not part of the project."""

from __future__ import annotations

from epg_ingest.rules.compiling import compile_rules
from epg_ingest.rules.sets import safe_names, shipped_rules

from benchmarks.rules import judged
from tests.helpers.paths import FEEDS
from tests.helpers.support import require

TITLES = FEEDS.parent / "rules" / "titles-dev.jsonl"


def test_nearly_all_labelled_titles_are_right_and_none_is_broken() -> None:
    require(TITLES.is_file(), "there are no labelled titles beside the real feeds of $EPG_FEEDS")
    lines = TITLES.read_text(encoding="utf-8").splitlines()
    counts = judged(lines, compile_rules(shipped_rules(safe_names())))
    assert counts["sure"] > 150
    assert counts["right"] >= 0.95 * counts["sure"]
    assert (counts["broken"], counts["wrong"], counts["invented"]) == (0, 0, 0)

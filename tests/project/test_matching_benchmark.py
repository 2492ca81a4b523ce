"""The measurement of the matching reads feeds, imports them in several orders, and counts the judged pairs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from epg_ingest.core.times import xmltv

from benchmarks import matching
from tests.match.television import schedule


def write(path: Path, channels: dict[str, tuple[str, str]]) -> None:
    """A feed of channels: the name of each id, and the seed of what it shows."""
    declared = [
        f'<channel id="{ident}"><display-name>{name}</display-name></channel>'
        for ident, (name, _) in channels.items()
    ]
    shown = [
        f'<programme start="{xmltv(start)}" stop="{xmltv(stop)}" channel="{ident}"><title>{title}</title></programme>'
        for ident, (_, seed) in channels.items()
        for start, stop, title in schedule(seed)
    ]
    path.write_text(f"<tv>{''.join(declared + shown)}</tv>", encoding="utf-8")


def test_it_counts_pairs_and_writes_candidates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.xml", {"TF1.fr": ("TF1", "tf1"), "HBO.fr": ("HBO", "hbo"), "r": ("Rai1", "rai")})
    write(tmp_path / "b.xml", {"TF1.be": ("TF1", "tf1"), "HBO.be": ("HBO", "max"), "u": ("Rai Uno", "rai")})
    pairs = [
        ["a", "TF1.fr", "b", "TF1.be", 1, 1, 1, "same"],
        ["a", "HBO.fr", "b", "HBO.be", 0, 0, 0, "different"],
    ]
    (tmp_path / "pairs.json").write_text(json.dumps(pairs), encoding="utf-8")
    feeds = [f"{name}={tmp_path / name}.xml" for name in "ab"]
    candidates = tmp_path / "candidates.csv"
    status = matching.main([str(tmp_path / "pairs.json"), *feeds, "--candidates", str(candidates)])
    printed = capsys.readouterr().out
    assert status == 0
    assert printed.count("same: 1 of 1 joined") == printed.count("different: 0 of 1 joined") == 3
    assert "5 channels; the orders end alike" in printed
    with candidates.open(encoding="utf-8") as file:
        assert [{row["id"], row["other id"]} for row in csv.DictReader(file)] == [{"r", "u"}]


def test_orders_differ_and_are_complete() -> None:
    feeds = [matching.Feed(name) for name in "abcdefg"]
    found = ["".join(feed.name for feed in order) for order in matching.orders(feeds, 4)]
    assert len(set(found)) == 4
    assert {"".join(sorted(order)) for order in found} == {"abcdefg"}

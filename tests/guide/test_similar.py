"""Which channels are suggested for a name, and in which order."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import FrozenInstanceError

import pytest
from epg_ingest.core.names import shift_of
from epg_ingest.guide.grouping.similar import THRESHOLD, Candidate, suggest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.channel_names import likely_names

CHANNELS: list[tuple[int, str, list[str]]] = [
    (1, "BBC1.gb", ["BBC One", "BBC 1"]),
    (2, "bbc2.uk", ["BBC Two"]),
    (3, "itv.uk", ["ITV"]),
    (4, "itvplus1.uk", ["ITV +1"]),
    (5, "cnn.us", ["CNN International"]),
    (6, "nameless.fr", []),
]


def test_id_up_to_the_suffix() -> None:
    assert suggest(["First"], "bbc1.uk", CHANNELS) == [
        Candidate(1, 0.95, "id 'bbc1.uk' equals 'BBC1.gb' up to the suffix", {"ids": 1.0})
    ]
    assert [c.channel_id for c in suggest([], "Nameless.ca@SD", CHANNELS)] == [6]


def test_resembling_name() -> None:
    best = suggest(["BBC One London"], "x1", CHANNELS)[0]
    assert best.channel_id == 1
    assert THRESHOLD <= best.score < 1
    assert best.reason == f"display name 'BBC One London' resembles 'BBC One' ({best.score:.2f})"


def test_equal_name_comes_first() -> None:
    best = suggest(["bbc one HD"], "x1", CHANNELS)[0]
    assert best == Candidate(
        1, 1.0, "display name 'bbc one HD' equals 'BBC One' up to case, accents and quality", {"names": 1.0}
    )


def test_all_evidence_is_kept() -> None:
    (best,) = suggest(["BBC One Two"], "bbc1.uk", [(1, "BBC1.gb", ["BBC One"])])
    assert (best.score, best.evidence.keys()) == (0.95, {"ids", "names"})
    assert best.evidence["ids"] == 1 and THRESHOLD <= best.evidence["names"] < 0.95


def test_another_number_is_not_suggested() -> None:
    assert [c.channel_id for c in suggest(["BBC One"], "x1", CHANNELS)] == [1]


@pytest.mark.parametrize(
    ("names", "own_id", "expected"),
    [
        (["ITV +1"], "x", 4),
        (["ITV plus 1 HD"], "x", 4),
        (["ITV"], "x", 3),
        (["ITV"], "ITVPlus1.uk", 4),
        ([], "itvplus1.ie", 4),
        ([], "itv.ie", 3),
    ],
)
def test_another_shift_is_never_offered(names: list[str], own_id: str, expected: int) -> None:
    assert [c.channel_id for c in suggest(names, own_id, CHANNELS)] == [expected]


def test_nothing_resembles() -> None:
    assert suggest(["Deutsche Welle"], "dw.de", CHANNELS) == []
    assert suggest([], "", CHANNELS) == []
    assert suggest([], "1.uk", [(1, "1.fr", [])]) == []
    assert suggest(["BBC One"], "bbc1.uk", []) == []


def test_sorted_limited_and_one_per_channel() -> None:
    channels = [
        (n, f"c{n}", [f"Sky Sports {word}", f"Sky Sport {word}"]) for n, word in enumerate("abcdefgh")
    ]
    found = suggest(["Sky Sports", "Sky Sport c"], "x", channels, limit=4)
    assert len(found) == 4
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len({c.channel_id for c in found}) == 4
    assert found[0].channel_id == 2


def test_long_names_are_cut_in_the_reason() -> None:
    (found,) = suggest(["x" * 5000], "y", [(1, "z", ["x" * 5000 + "\n"])])
    assert len(found.reason) < 300
    assert "\n" not in found.reason


def test_candidates_are_values() -> None:
    with pytest.raises(FrozenInstanceError):
        Candidate(1, 1.0, "").score = 0.5  # type: ignore[misc]


def test_ten_thousand_channels_cost_ten_times_a_thousand() -> None:
    kinds = ("News", "Sport", "Movies", "Kids", "Music")
    channels = [(n, f"c{n}.uk", [f"{kinds[n % 5]} {n} TV", f"Channel {n}"]) for n in range(10_000)]
    seconds = {1_000: 9.0, 10_000: 9.0}
    for _ in range(3):
        for count in seconds:
            started = time.process_time()
            found = suggest(["Movies 322 TV HD"], "m322.ca", channels[:count])
            seconds[count] = min(seconds[count], time.process_time() - started)
            assert found[0].channel_id == 322
    assert seconds[10_000] < 30 * seconds[1_000]


@given(st.lists(likely_names, max_size=3), st.text(max_size=20), st.lists(likely_names, max_size=5))
def test_whatever_is_offered_keeps_the_rules(names: list[str], own_id: str, others: list[str]) -> None:
    found = suggest(names, own_id, [(n, f"c{n}", [text]) for n, text in enumerate(others)])
    for candidate in found:
        assert THRESHOLD <= candidate.score <= 1
        assert shift_of(others[candidate.channel_id]) == max(map(shift_of, [own_id, *names]))


def test_equal_numbers_do_not_make_channels_alike() -> None:
    """Feeds give the number on the remote control as one more display name."""
    others = [(1, "lantern.example", ["Lantern News 24", "16"]), (2, "ten", ["10"])]
    assert suggest(["Harbour Films", "16"], "harbour.example", others) == []
    assert suggest(["Harbour Films", "24"], "harbour.example", others) == []
    assert [found.channel_id for found in suggest(["10"], "x10", others)] == [2]


#: imports every module of two sub-packages, and prints which of the slow libraries that loads
ALL_OF = """
import importlib, pkgutil, sys
for name in ("parse", "merge"):
    package = importlib.import_module("epg_ingest." + name)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"epg_ingest.{name}.{module.name}")
print("rapidfuzz" in sys.modules)
"""


def test_parsers_and_imports_do_not_load_the_matcher() -> None:
    done = subprocess.run([sys.executable, "-c", ALL_OF], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

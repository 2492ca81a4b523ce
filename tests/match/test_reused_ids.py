"""Ids that mean another channel than before: what names say, and whether programmes agree."""

from __future__ import annotations

import pytest
from epg_ingest.match.reused_ids import Names, Reuse, StoredAlike, renamed, reuses

CITIES = ("Bath", "Bonn", "Bern", "Brno", "Bari")


def numbered(*names: str, first: int = 1, form: str = "{}") -> dict[str, Names]:
    return {form.format(number): (name,) for number, name in enumerate(names, first)}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    {
        "one more at the top": (numbered(*CITIES[:3]), numbered("New", *CITIES[:3]), {"1": "2", "2": "3", "3": "4"}),
        "one less at the top": (numbered(*CITIES), numbered(*CITIES[1:]), {"2": "1", "3": "2", "4": "3", "5": "4"}),
        "one less inside": (numbered(*CITIES), numbered("Bath", "Bern", "Brno", "Bari"), {"3": "2", "4": "3", "5": "4"}),
        "two change places": (numbered("A one", "B one"), numbered("B one", "A one"), {"1": "2", "2": "1"}),
        "round": (numbered("A", "B", "C"), numbered("C", "A", "B"), {"1": "2", "2": "3", "3": "1"}),
        "nothing": (numbered(*CITIES), numbered(*CITIES), {}),
        "a new name": (numbered(*CITIES), numbered("Basel", *CITIES[1:]), {}),
        "a name that resembles": (numbered("Bath", "Bonn"), numbered("Bath HD", "Bonn"), {}),
        "another id takes a name that stays": (numbered("Bath", "Bonn"), numbered("Bath", "Bath"), {}),
        "a name twice before": (numbered("Bath", "Bath", "Bonn"), numbered("Bonn", "Bonn 2", "Bath"), {"3": "1"}),
        "a new id": (numbered("Bath", "Bonn"), {"1": ("Bath",), "7": ("Bonn",)}, {}),
        "names that prove nothing": (numbered("No Event", "PPV 1"), numbered("PPV 1", "No Event"), {}),
        "no names": ({"1": (), "2": ()}, {"1": (), "2": ()}, {}),
        "events": (
            {"PPV 1": ("Sky Sports F1",), "PPV 2": ("Sky Sports Darts",)},
            {"PPV 1": ("Sky Sports Darts",), "PPV 2": ("Sky Sports F1",)},
            {},
        ),
    }.values(),
)  # fmt: skip
def test_what_names_say(before: dict[str, Names], now: dict[str, Names], expected: dict[str, str]) -> None:
    found = reuses(before, now)
    assert renamed(found, {}) == expected
    assert len(set(expected.values())) == len(expected)


@pytest.mark.parametrize(
    ("form", "own", "former", "holds"),
    [
        ("{}", 0, 0, True), ("{}", 1, 0, False), ("{}", 1, 2, True), ("{}", 30, 30, False),
        ("ch{}", 0, 0, True), ("BBC{}.uk", 0, 0, False), ("BBC{}.uk", 0, 11, False), ("BBC{}.uk", 0, 12, True),
        ("BBC{}.uk", 12, 12, False),
    ],
)  # fmt: skip
def test_what_programmes_say(form: str, own: int, former: int, holds: bool) -> None:
    """An id that says something needs more than names to mean something else."""
    found = reuses(numbered("Bath", "Bonn", form=form), numbered("Bonn", "Bath", form=form))
    shown = dict.fromkeys(found, StoredAlike(own, former))
    assert [reuse.former for reuse in found] == [form.format(2), form.format(1)]
    assert bool(renamed(found, shown)) == holds


def test_each_former_id_is_one() -> None:
    assert reuses(numbered("Bath", "Bonn"), {"1": ("Basel", "Bonn"), "2": ("Genf",), "3": ("Bonn",)}) == []
    assert reuses(numbered("Bath", "Bonn"), {"1": ("Bonn", "Bonn HD"), "2": ("Genf",)}) == [Reuse("1", "2")]

"""The soak finds what it looks for, and a few seconds of a small one find nothing."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.soak.feeds import HALF_HOUR, Offer
from tests.soak.run import Size, Soak
from tests.soak.truth import Truth

pytestmark = pytest.mark.slow

ASKED = datetime(2027, 1, 5, 20, 10, tzinfo=timezone.utc)


def shown(*versions: int, begin: int = 1) -> str:
    """An answer with programmes of channel 7 of provider 0, one of each version, from half an hour after the request."""
    starts = [ASKED.replace(minute=0) + (begin + place) * HALF_HOUR for place in range(len(versions))]
    return " ".join(
        f"<b>p0 c07 v{version} {start:%Y%m%d%H%M}</b>"
        for version, start in zip(versions, starts, strict=True)
    )


@pytest.fixture
def truth() -> Truth:
    """Versions 1 and 2 are whole, 3 was refused, 4 is whole and not imported yet; the newest that was imported is 2."""
    made = Truth()
    for offer in (
        Offer("whole", 1, True, True),
        Offer("whole", 2, True, True),
        Offer("an error 500", 3, False, False),
        Offer("whole", 4, True, True),
    ):
        made.offer(0, offer)
    made.took(0, 2)
    return made


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (shown(2, 2, 2), None),
        (shown(4, 4), None),
        ("nothing", None),
        (shown(1, 1), "older than v2"),
        (shown(3, 3), "refused"),
        (shown(5), "refused"),
        (shown(2, 4), "mixes"),
        (shown(2) + shown(2, begin=3), "hole"),
    ],
)
def test_what_is_wrong_with_an_answer(truth: Truth, text: str, fault: str | None) -> None:
    found = truth.faults(text, truth.floors(), ASKED)
    assert bool(found) == (fault is not None)
    assert all(fault in said for said in found if fault)


def test_what_has_begun_may_be_of_an_older_version(truth: Truth) -> None:
    assert not truth.faults(shown(1, 2, 2, begin=0), truth.floors(), ASKED)


def test_a_feed_that_is_cut_may_bring_a_part(truth: Truth) -> None:
    truth.offer(0, Offer("cut", 5, True, False))
    truth.took(0, 5)
    assert truth.floors()[0] == 2
    assert not truth.faults(shown(5, 2, 2), truth.floors(), ASKED)


def test_an_import_that_takes_what_it_must_refuse_is_wrong(truth: Truth) -> None:
    truth.took(0, 3)
    assert truth.wrong == {"an import took an error 500": 1}


def test_a_small_one(tmp_path: Path) -> None:
    """Four imports of small feeds; one of them is killed, and after the last one a web server."""
    soak = Soak(tmp_path, minutes=0.13, period=1.8, seed=1, size=Size(channels=10, readers=3, hostile=1))
    soak.run()
    assert not soak.truth.wrong
    assert soak.events["imports killed"] and soak.events["web servers killed"]
    assert sum(soak.truth.answers.values()) > 20

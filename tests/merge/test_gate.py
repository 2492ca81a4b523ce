"""When an import is refused: a pure decision about how many upcoming programmes it would lose."""

from __future__ import annotations

import pytest
from epg_ingest.merge.gate import GATE_ROWS, refusal


@pytest.mark.parametrize(
    ("loss", "upcoming", "refused"),
    [
        (0, 0, False),
        (-20, 10, False),
        (GATE_ROWS, GATE_ROWS, False),
        (GATE_ROWS + 1, GATE_ROWS + 1, True),
        (GATE_ROWS + 1, 2 * GATE_ROWS + 1, True),
        (GATE_ROWS + 1, 2 * GATE_ROWS + 2, False),
        (500, 1000, False),
        (501, 1000, True),
    ],
)
def test_refusal(loss: int, upcoming: int, refused: bool) -> None:
    assert bool(refusal(loss, upcoming)) == refused


def test_the_reason_says_how_much_would_go_and_what_to_do() -> None:
    reason = refusal(60, 61) or ""
    assert "60 of 61 upcoming programmes" in reason
    assert "--force" in reason

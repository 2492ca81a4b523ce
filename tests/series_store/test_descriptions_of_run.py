"""Descriptions of the episodes that a run makes by sub-title, and the series that it touches."""

from __future__ import annotations

from epg_ingest.series_store.common_titles import STRETCH, Touched
from epg_ingest.series_store.descriptions import Descriptions


def test_a_second_description_is_found() -> None:
    found = Descriptions(10)
    found.start(11, 5)
    found.start(14, 0)
    for episode, described in [(11, 5), (11, 0), (14, 7), (14, 7), (12, 9), (3, 9), (15, 9)]:
        found.add(episode, described)
    assert found.several == set()
    found.add(11, 6)
    found.add(14, 8)
    assert found.several == {11, 14}


def test_episodes_come_in_stretches_without_those_of_other_kinds() -> None:
    found = Descriptions(0)
    made = [number for number in range(1, 12_000) if number % 3]
    for number in made:
        found.start(number, number)
    stretches = list(found.episodes())
    assert len(stretches) == 3 and [ident for stretch in stretches for ident in stretch] == made


def test_series_with_hardly_any_episode_are_candidates() -> None:
    touched = Touched()
    for series in range(1, 2 * STRETCH + 3):
        touched.add(series, False)
    touched.add(7, True)
    touched.add(50_000, True)
    stretches = list(touched.candidates())
    assert [len(stretch) for stretch in stretches] == [STRETCH, STRETCH, 1]
    assert 7 not in stretches[0] and 50_000 not in stretches[2]

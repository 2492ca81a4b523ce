"""Which entry of a list is which stored one: a renamed, reordered, readdressed list keeps all."""

from __future__ import annotations

import random

import pytest
from epg_ingest.lineup_store.pairing import Identity, pair
from hypothesis import given, settings
from hypothesis import strategies as st

ONE, TWO, THREE = (
    Identity("one.uk", "One HD", "http://127.0.0.1/live/u/p/101.ts"),
    Identity("two.uk", "Two", "http://127.0.0.1/live/u/p/102.ts"),
    Identity("", "Three", "http://127.0.0.1/live/u/p/103.ts"),
)


@pytest.mark.parametrize(
    ("known", "new", "partners", "by_address"),
    [
        pytest.param([ONE, TWO, THREE], [THREE, ONE, TWO], [2, 0, 1], [], id="reordered"),
        pytest.param([ONE, TWO], [TWO._replace(name="B"), ONE._replace(name="A")], [1, 0], [], id="renamed"),
        pytest.param([ONE, TWO], [ONE._replace(source_id="1"), TWO._replace(source_id="")], [0, 1], [], id="other ids"),
        pytest.param([ONE, TWO], [ONE._replace(name="A", address="b")], [0], [], id="only the id stays"),
        pytest.param([ONE, TWO], [Identity("x", "one  hd", "b"), TWO], [0, 1], [], id="only the name stays, written apart"),
        pytest.param([THREE], [THREE._replace(name="Drei")], [0], [0], id="only the address stays"),
        pytest.param(
            [THREE, ONE], [THREE._replace(name="Drei", address="http://127.0.0.2/live/x/y/103.ts"), ONE], [0, 1], [0],
            id="only the end of the address stays",
        ),
        pytest.param([ONE], [Identity("other", "Other", "http://127.0.0.1/9")], [None], [], id="nothing stays"),
        pytest.param([ONE, ONE], [ONE, ONE, ONE], [0, 1, None], [], id="equal ones in their order"),
        pytest.param(
            [Identity("one", "One East", "a"), Identity("one", "One West", "b")],
            [Identity("one", "UK: One West", "c"), Identity("one", "UK: One East", "d")], [1, 0], [],
            id="a shared id: the most similar names",
        ),
        pytest.param(
            [Identity("one", "One East", "a"), Identity("one", "One West", "b")],
            [Identity("one", "One North", "c")], [None], [], id="a shared id of which fewer are left says nothing",
        ),
        pytest.param([Identity("", "", "a")], [Identity("", "", "b")], [None], [], id="blanks are not equal"),
    ],
)  # fmt: skip
def test_what_tells(
    known: list[Identity], new: list[Identity], partners: list[int | None], by_address: list[int]
) -> None:
    found = pair(known, new)
    assert (found.partners, sorted(found.by_address)) == (partners, by_address)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Identity], list[Identity], list[int]]:
    """A list, the same list renamed or with other ids, readdressed and reordered, and where each entry came from."""
    count = draw(st.integers(1, 25))
    known = [
        Identity(f"id{place}.uk", f"Name {chr(65 + place)}", f"http://127.0.0.1/{place}")
        for place in range(count)
    ]
    now = []
    for place, one in enumerate(known):
        change = draw(st.sampled_from(["name", "id", "neither"]))
        renamed = one._replace(address=f"http://127.0.0.2/x/{place + 1000}")
        if change == "name":
            renamed = renamed._replace(name=draw(st.sampled_from(["Name A", "Other", "", "x" * place])))
        if change == "id":
            renamed = renamed._replace(source_id=draw(st.sampled_from(["", "wrong", "id99"])))
        now.append(renamed)
    order = draw(st.permutations(range(count)))
    return known, [now[place] for place in order], list(order)


@given(lists())
@settings(max_examples=60)
def test_a_list_keeps_its_entries(case: tuple[list[Identity], list[Identity], list[int]]) -> None:
    known, new, order = case
    assert pair(known, new).partners == order


def test_a_long_list_is_paired_in_time_that_grows_with_it() -> None:
    known = [Identity(f"id{place}", f"Name {place}", f"http://h/{place}") for place in range(20_000)]
    new = [one._replace(name=f"X {one.name}", address=f"http://i/{one.source_id}") for one in known]
    random.Random(1).shuffle(new)
    found = pair(known, new)
    assert all(
        known[partner or 0].source_id == one.source_id
        for one, partner in zip(new, found.partners, strict=True)
    )


def test_many_entries_of_one_id_are_not_all_compared() -> None:
    known = [Identity("same", f"Name {place}", f"a{place}") for place in range(3_000)]
    new = [Identity("same", f"Other {place}", f"b{place}") for place in range(3_000)]
    assert pair(known, new).partners == list(range(3_000))

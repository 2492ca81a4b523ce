"""Templates of details: whatever the details are, they give what decoding them gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epg_ingest.export.element_templates import KEPT, LONG, Templates, shape_of, split
from epg_ingest.export.form import Form
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = st.one_of(
    st.sampled_from(["", "en", "de", "de-AT"]),
    st.sampled_from(["a&b", "<b>", "]]>", 'say "x"', "back\\slash", "%s", "ü\u2028", "a\nb", "\ue0001\ue000"]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=4),
)  # fmt: skip
LANG = st.dictionaries(st.just("lang"), TEXT, max_size=1)
ENTRY = st.builds(lambda entry, text: {**entry, "text": text}, LANG, TEXT)
IMAGE = st.builds(
    lambda text, more: {"text": text, **more},
    TEXT,
    st.fixed_dictionaries({}, optional={"type": st.sampled_from(["poster", "person"])}),
)
NUMBER = st.sampled_from(["", "", "1.4.", ".0.", "2.."])
PERSON = st.builds(
    lambda kind, name, more: {"type": kind, "name": name, **more},
    st.sampled_from(["actor", "director", "guest"]),
    TEXT,
    st.fixed_dictionaries({}, optional={"role": TEXT, "guest": st.just("yes")}),
)
RATING = st.builds(
    lambda value, more: {**more, "value": value}, TEXT, st.fixed_dictionaries({}, optional={"system": TEXT})
)
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.lists(st.one_of(LANG, ENTRY), min_size=1, max_size=2),
        "sub-title": st.lists(LANG, min_size=1, max_size=1),
        "desc": st.lists(LANG, min_size=1, max_size=1),
        "credits": st.lists(PERSON, max_size=3),
        "date": TEXT,
        "keyword": st.lists(ENTRY, max_size=2),
        "episode-num": st.lists(
            st.fixed_dictionaries({"text": TEXT, "system": TEXT | st.just("xmltv_ns")}), max_size=2
        ),
        "previously-shown": st.fixed_dictionaries({}, optional={"start": TEXT}),
        "premiere": st.fixed_dictionaries({}, optional={"text": TEXT}),
        "rating": st.lists(RATING, max_size=2),
        "video": st.fixed_dictionaries({}, optional={"present": TEXT, "quality": TEXT}),
        "vps-start": TEXT,
        "image": st.lists(IMAGE, min_size=1, max_size=2),
        "stop": st.just("2026-01-02T03:04:05Z"),
        "clump": st.just([{"title": "A"}, {"title": "B"}]),
    },
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[Any, ...]:
    details, names = draw(DETAILS), st.lists(TEXT, max_size=2)
    category = draw(names)
    if category and draw(st.booleans()):
        details["category"] = [draw(LANG) for _ in category]
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    ascii_only = draw(st.booleans())
    lists = [
        json.dumps(each, separators=separators, ensure_ascii=ascii_only)
        for each in (details, category, draw(names), draw(names))
    ]
    return (*lists, draw(st.none() | TEXT), draw(st.none() | TEXT), draw(st.integers(0, 1)), draw(NUMBER))


@settings(deadline=None)
@given(
    st.lists(rows(), min_size=1, max_size=6),
    st.builds(Form, st.sampled_from([None, "de", "en"]), st.booleans()),
)
def test_any_details_get_the_shape_that_decoding_gives(found: list[tuple[Any, ...]], form: Form) -> None:
    templates = Templates(form)
    for row in [*found, *found, *found]:
        assert templates.shape(row) == shape_of(row, form)


def columns(
    details: Any, category: Any = (), icon: str | None = None, rating: str | None = None, number: str = ""
) -> tuple[Any, ...]:
    return (
        json.dumps(details, separators=(",", ":"), ensure_ascii=False),
        json.dumps(category),
        "[]",
        "[]",
        icon,
        rating,
        0,
        number,
    )


def test_one_template_serves_all_that_differ_in_texts() -> None:
    templates = Templates()
    for number in range(50):
        row = columns(
            {"title": [{"lang": f"x{number}"}], "date": f"{number} & <b> %d"}, [f"c{number}"], "i", "r"
        )
        assert templates.shape(row) == shape_of(row)
    (family,) = templates.families.values()
    (template,) = family.templates.values()
    assert template is not None


def test_the_kind_of_a_person_decides_the_order_and_so_the_template() -> None:
    templates = Templates()
    for kinds in (("actor", "director"), ("director", "actor"), ("guest", "actor")):
        for name in ("one", "two", "three"):
            row = columns({"credits": [{"type": kind, "name": f"{name} {kind}"} for kind in kinds]})
            assert templates.shape(row) == shape_of(row)
    (family,) = templates.families.values()
    assert len(family.templates) == 3


@pytest.mark.parametrize(
    "row",
    [
        columns({"date": 'a"b'}),
        columns({"date": "a\\b"}),
        columns({"date": ""}),
        columns({}, icon='http://x/"'),
        columns({}, icon="http://x/\n"),
        columns({}, rating='"'),
        columns({}, rating="\t"),
        columns({"review": [{"type": "\ue000999\ue000", "text": "x"}]}),
        (b'{"date":"1999"}', "[]", "[]", "[]", None, None, 0, ""),
    ],
)
def test_what_cutting_cannot_tell_is_decoded(row: tuple[Any, ...]) -> None:
    assert split(row) is None
    templates = Templates()
    assert [templates.shape(row) for _ in range(3)] == [shape_of(row)] * 3


def test_an_icon_is_not_a_rating() -> None:
    templates = Templates()
    for icon, rating in 3 * (("x", None), (None, "x"), ("x", "y"), (None, None)):
        row = columns({}, (), icon, rating)
        assert templates.shape(row) == shape_of(row)


def test_few_templates_are_kept() -> None:
    templates = Templates()
    for number in range(KEPT + 200):
        row = columns({"video": {f"a{number}": "yes"}, "keyword": [{"text": "x"}] * (number % 40)})
        assert f"<a{number}>yes</a{number}>" in templates.shape(row)[5]
    assert (templates.known, len(templates.families)) == (KEPT, KEPT)
    row = columns({"date": "x" * LONG})
    assert templates.shape(row) == shape_of(row)

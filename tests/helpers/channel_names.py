"""Random channel names made of the pieces that the rules for names care about."""

from __future__ import annotations

from hypothesis import strategies as st

pieces = st.sampled_from(
    [
        "hd",
        "HD",
        "4k",
        "4",
        "k",
        "uhd",
        "(hd)",
        "+",
        "+1",
        "1",
        "2",
        "plus",
        "Plus1",
        "one",
        "h",
        "a",
        "&",
        "é",
    ]
)
likely_names = st.lists(st.tuples(pieces, st.sampled_from(["", " ", "-", "(", ")"]))).map(
    lambda found: "".join(text + gap for text, gap in found)
)

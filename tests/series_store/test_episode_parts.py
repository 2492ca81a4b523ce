"""Parts of an episode are showings of their own, also beside a provider that gives no parts, and for players."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from epg_ingest.export.form import Form
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.storage.database import write
from epg_ingest.watch_store.watch_preview import preview
from epg_ingest.watches.watch import Watch

from tests.helpers.support import HOUR, NOON, Guide, feed, show

KNOWN = """
    SELECT p.title, p.episode_id, p.showing FROM programs p JOIN providers v ON v.id = p.provider_id
    WHERE v.name = ? AND p.title NOT LIKE 'Filler%' ORDER BY p.start_time
"""
FILLER = [show("one.uk", NOON - (at + 1) * HOUR, NOON - at * HOUR, f"Filler {at}") for at in range(20)]


def week(shown: Sequence[tuple[float, str]], title: str = "Parts") -> bytes:
    """Programmes of one channel: hours from noon, and what is inside."""
    shows = [
        show("one.uk", NOON + int(at * HOUR), NOON + int((at + 1) * HOUR), title, inner)
        for at, inner in shown
    ]
    return feed([*FILLER, *shows], [("one.uk", "One")])


def ns(text: str) -> str:
    return f"<episode-num system='xmltv_ns'>{text}</episode-num>"


def known(guide: Guide, provider: str = "p") -> list[tuple[int | None, str]]:
    return [(row[1], row[2]) for row in guide.db.execute(KNOWN, [provider])]


def test_two_parts_are_two_episodes_and_each_has_its_repeats(guide: Guide) -> None:
    film, ident = (
        "<date>1999</date><category>Film</category>",
        "<episode-num system='dd_progid'>EP01234567.0012</episode-num>",
    )
    pilot = "<sub-title>The pilot</sub-title>"
    onscreen = "<episode-num system='onscreen'>S1E2 Part {}</episode-num>"
    cases = {
        "number": (ns("0.1.0/2"), ns("0.1.1/2")),
        "number without total": (ns("0.1.0/2"), ns("0.1.1")),
        "on screen": (onscreen.format("1 of 2"), onscreen.format(2)),
        "sub-title": (pilot + ns("..0/2"), pilot + ns("..1/2")),
        "a long film": (film + ns("..0/2"), film + ns("..1/2")),
        "one id": (ident + ns("0.1.0/2"), ident + ns("0.1.1/2")),
        "one id, no number": (ident + ns("..0/2"), ident + ns("..1/2")),
        "two ids": (ident + ns("0.1.0/2"), ident.replace("0012", "0013") + ns("0.1.1/2")),
    }
    for name, (one, two) in cases.items():
        guide.load("p", week([(2, one), (3, two), (26, one), (27, two)], name))
        first, second = (row[0] for row in known(guide)[:2])
        assert first is not None and second is not None and first != second, name
        assert known(guide) == [
            (first, "first_here"), (second, "first_here"), (first, "repeat"), (second, "repeat"),
        ], name  # fmt: skip


def test_a_watch_tells_of_both_parts(guide: Guide) -> None:
    guide.load("p", week([(2, ns("0.1.0/2")), (3, ns("0.1.1/2")), (26, ns("0.1.1/2"))]))
    (series,) = guide.db.execute("SELECT DISTINCT series_id FROM programs WHERE title = 'Parts'").fetchone()
    found = preview(guide.db.conn, Watch(1, "a", "w", "series", str(series), new_only=True), NOON)
    assert [one["sends"] for one in found["programmes"]] == [True, True, False]


def test_one_of_one_and_a_part_that_is_not_said_are_the_whole(guide: Guide) -> None:
    guide.load("p", week([(0, ns("0.1.0/1")), (24, ns("0.1.")), (48, ns("0.1.0")), (72, ns("0.1.1/1"))]))
    assert known(guide) == [(1, "first_here"), (1, "repeat"), (1, "repeat"), (1, "repeat")]
    guide.load("q", week([(0, ns("0.1.0/2")), (1, ns("0.1."))], "Other"))
    assert known(guide, "q") == [(2, "first_here"), (3, "first_here")], "a whole episode is none of its parts"


def test_a_provider_without_parts_beside_one_that_has_them(guide: Guide) -> None:
    parted, plain = [(2, ns("0.1.0/2")), (3, ns("0.1.1/2"))], [(2, ns("0.1.")), (3, ns("0.1."))]
    guide.load("p", week(parted))
    guide.load("q", week(plain))
    guide.load("q", week([*plain, (50, ns("0.2."))]))
    guide.load("p", week([*parted, (50, ns("0.2.")), (60, ns("0.1.1/2"))]))
    assert guide.rows("SELECT verdict, differed FROM series_numberings") == [
        {"verdict": "common", "differed": 0}
    ]
    one, two, three, again = (row[0] for row in known(guide))
    assert (two, len({one, two, three})) == (again, 3)
    assert [row[1] for row in known(guide)] == ["first_here", "first_here", "first_here", "repeat"]
    whole = known(guide, "q")[0][0]
    assert whole not in (one, two) and known(guide, "q") == [
        (whole, "first_here"),
        (whole, "repeat"),
        (three, "first_here"),
    ]
    assert (
        guide.rows("SELECT id FROM episodes WHERE same_as IN (SELECT id FROM episodes WHERE id IN (1, 2))")
        == []
    )


def test_ids_that_differ_by_part_are_joined_with_a_provider_that_says_no_part(guide: Guide) -> None:
    ids = [f"<episode-num system='dd_progid'>EP01234567.{at}</episode-num>" for at in ("0012", "0013")]
    for order in ("pq", "qp"):
        for provider in order:
            parts = [ns("..0/2"), ns("..1/2")] if provider == "p" else ["", ""]
            inner = [(hour, one + part) for hour, one, part in zip((2, 3), ids, parts, strict=True)]
            guide.load(provider, week(inner, order))
        assert known(guide, "p") == known(guide, "q"), order
        assert len(set(known(guide, "p"))) == 2


def test_parts_that_an_older_version_took_for_one(guide: Guide) -> None:
    parts = [(2, ns("0.1.0/2")), (3, ns("0.1.1/2"))]
    guide.load("p", week(parts))
    with write(guide.db) as conn:  # as it was stored before
        conn.execute("DELETE FROM episode_rows WHERE id = 2")
        conn.execute("DELETE FROM episode_keys WHERE episode_id = 2")
        conn.execute("UPDATE episode_keys SET key = 's1e2'")
        conn.execute("UPDATE content_episodes SET episode_id = 1 WHERE episode_id = 2")
    guide.load(
        "p",
        week(
            [
                *parts,
                (2 + 24, ns("0.1.0/2") + "<desc>New</desc>"),
                (3 + 24, ns("0.1.1/2") + "<desc>New</desc>"),
            ]
        ),
    )
    assert [row[0] for row in known(guide)] == [1, 1, 3, 4], "ids stay, and what is new is judged anew"


def test_players_get_an_id_for_each_part(guide: Guide) -> None:
    guide.load("p", week([(2, ns("0.1.0/2")), (3, ns("0.1.1/2"))]))
    out = io.BytesIO()
    write_xmltv(guide.db, out, form=Form(episode_ids=True))
    assert re.findall(r"EP[0-9]{8}\.[0-9]{4}", out.getvalue().decode()) == [
        "EP00000021.0001",
        "EP00000021.0002",
    ]

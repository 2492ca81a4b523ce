"""The list of attacks. Each is done by 40 strangers at once; `allowed` is what they may get."""

from __future__ import annotations

from typing import NamedTuple

from tests.system.attack.strangers import (
    Deed,
    Outcome,
    asking,
    in_turn,
    reading_slowly,
    sending_slowly,
    sql,
    with_wrong_token,
)

#: channels=1,2,… with a thousand ids: four kilobytes of a key
IDS = ",".join(map(str, range(1, 1001)))


class Attack(NamedTuple):
    """`seconds` is how long it goes on."""

    name: str
    deed: Deed
    allowed: frozenset[Outcome]
    seconds: float = 4.0


def allowed(*outcomes: Outcome) -> frozenset[Outcome]:
    return frozenset(outcomes)


ATTACKS = [
    Attack(
        "SQL: one long step",
        sql("select instr(zeroblob(2000000), zeroblob(1000000) || x'01')",
            "select length(replace(printf('%.*c', 2000000, 'a'), printf('%.*c', 1000000, 'a') || 'b', 'c'))"),
        allowed(400, 503),
    ),
    Attack(
        "SQL: endless",
        sql("with recursive c(x) as (select 1 union all select x + 1 from c) select sum(x) from c"),
        allowed(400, 503),
    ),
    Attack(
        "SQL: much memory",
        sql("select zeroblob(999999999)",
            "with recursive c(x) as (select 1 union all select x + 1 from c limit 900) select zeroblob(1000000) from c"),
        allowed(400, 503),
    ),
    Attack("tables and facets", asking("/epg/guide.json?_facet=title&description__contains={n}"), allowed(200, 400, 503)),
    Attack("searches: API", asking("/api/v1/search?q=word1+{n}", "/api/v1/search?q=pro*+ne*&limit=200&offset=1{n}"),
           allowed(200, 400, 503)),
    Attack("searches: page", asking("/guide/search?q=news+{n}", "/guide/search?q=wo*&page=9&n={n}"), allowed(200, 503)),
    Attack("searches: Atom", asking("/search.atom?q=wo*&days=31&channels=1,2,3", "/search.atom?q=news+{n}"),
           allowed(200, 503)),
    Attack("searches: iCalendar", asking("/search.ics?q=wo*&days=31", "/search.ics?q=news+{n}"), allowed(200, 503)),
    Attack("exports: read slowly", reading_slowly("/xmltv.xml", 5), allowed(200, 503, "cut off")),
    Attack("exports: again and again", asking("/xmltv.xml?days=1", "/xmltv.xml.gz?days=2"), allowed(200, 503)),
    Attack("all rows as CSV", asking("/epg/guide.csv?_stream=on&n__not={n}", "/epg/programs.csv?_stream=on&_sort=title&n={n}"),
           allowed(200, 400, 503)),
    Attack("heads sent slowly, or not at all",
           in_turn(sending_slowly(b"GET / HTTP/1.1\r\n", b"A: b\r\n", 18), sending_slowly(b"", b"", 18)), allowed("cut off")),
    Attack("bodies sent slowly", sending_slowly(
        b"POST /-/epg/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 9000\r\n\r\n", b"a", 4), allowed("kept open", "cut off")),
    Attack("wrong tokens", with_wrong_token("/api/v1/providers"), allowed(401, 429)),
    Attack("many different questions", asking(f"/api/v1/now?at={{at}}&channels={IDS}"), allowed(200)),
]  # fmt: skip

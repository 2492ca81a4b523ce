"""Which packed documents are worth a file, and how files are named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from epg_web.base.connections import Generation
from epg_web.exports.xmltv_demand import MEMORY, OFTEN, Demand
from epg_web.exports.xmltv_request import understand

from tests.helpers.support import NOON


def request(query: bytes = b"", ending: str | None = "gz") -> Any:
    return understand({"method": "GET", "query_string": query, "headers": []}, ending, NOON)


def test_what_is_worth_a_file() -> None:
    demand = Demand()
    assert demand.note(request(), 0)
    assert demand.note(request(b"ids=safe", "xz"), 0)
    assert not demand.note(request(b"lang=en"), 0)
    for hour in range(OFTEN):
        # An hour later the same request gives another document, but it counts as the same request.
        worth = demand.note(request(b"days=3").at(hour * 3600.0), hour * 3600.0)
        assert worth == (hour == OFTEN - 1)
    popular = demand.popular(5 * 3600.0)
    assert popular[0] == request(b"days=3").at(5 * 3600.0)
    assert len(popular) == 3
    assert demand.popular(3600.0 * OFTEN + MEMORY) == []
    assert not demand.note(request(b"days=3"), 3600.0 * OFTEN + MEMORY)


def test_a_host_that_a_client_made_up_makes_no_file() -> None:
    asked = understand(
        {"method": "GET", "query_string": b"logos=local", "headers": []}, "gz", NOON, "http://x/"
    )
    assert request().is_whole_guide and not asked.is_whole_guide


def test_documents_of_different_requests_have_different_names() -> None:
    asked = request()
    others = [
        request(query)
        for query in (b"channels=1", b"days=1", b"past_days=0", b"lang=en", b"ids=safe", b"round_trip=1")
    ]
    others += [understand({"method": "GET", "query_string": b"logos=local", "headers": []}, "gz", NOON, site)
               for site in ("http://a/", "http://b/")]  # fmt: skip
    names = [each.file_name(Generation(7, "7-1")) for each in [asked, replace(asked, packing="xz"), *others]]
    assert len(set(names)) == len(names)
    assert replace(asked, file=False).file_name(Generation(7, "7-1")) == names[0]

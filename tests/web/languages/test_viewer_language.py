"""Which language a page is in, and how days and clocks are written in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextvars import Context, copy_context
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_web.base.viewer import viewer_language, written_times
from epg_web.base.viewer.viewer_language import ENGLISH, accepted, begin, choose, known

from tests.helpers.datasette_helpers import make_guide, serving
from tests.helpers.page_helpers import get, hrefs, select, texts


def asking(query: str = "", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "query_string": query.encode(), "headers": pairs}


def viewer_of(query: str) -> Context:
    """A context in which this request is answered; others keep their language."""
    found = copy_context()
    found.run(begin, asking(query))
    return found


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Any]:
    make_guide(tmp_path / "epg.db").close()
    async with serving(tmp_path / "epg.db") as found:
        yield found


@pytest.mark.parametrize(("text", "tags"), [
    ("de", ["de"]), ("de-CH,de;q=0.9,en;q=0.5", ["de-CH", "de", "en"]), ("en;q=0.2, fr;q=0.8", ["fr", "en"]),
    ("de;q=0, es", ["es"]), ("", []), ("it;q=high, pl", ["pl"]), (";;,,", []),
])  # fmt: skip
def test_the_best_tag_comes_first(text: str, tags: list[str]) -> None:
    assert [tag for tag in accepted(text) if tag] == tags


@pytest.mark.parametrize(("tag", "found"), [
    ("de", "de"), ("DE", "de"), ("de-AT", "de-AT"), ("de-XX", "de"), ("de_CH", "de-CH"), ("pt-BR", "pt-BR"), ("en", "en-GB"),
    ("en-US", "en-US"), ("en-DE", "en-DE"), ("fr-Latn-CA", "fr-CA"), ("ja", None), ("", None), ("*", None), (None, None),
    ("d", None), ("de" * 30, None), ("../de", None), ("dé", None),
])  # fmt: skip
def test_a_language_is_known_where_it_has_a_catalogue(tag: str | None, found: str | None) -> None:
    assert known(tag) == found


def test_the_address_wins_over_the_cookie_and_that_over_the_browser() -> None:
    browser = {"accept_language": "es,en;q=0.5"}
    assert choose(asking(**browser)).tag == "es"
    assert choose(asking(cookie="epg_lang=nl", **browser)).tag == "nl"
    assert choose(asking("q=x&lang=pl", cookie="epg_lang=nl", **browser)).tag == "pl"
    assert choose(asking("lang=xx", cookie="epg_lang=yy", accept_language="ja, zh;q=0.5")) == ENGLISH
    assert choose(asking("slang=pl")) == ENGLISH


@pytest.mark.parametrize(("tag", "short", "long", "evening"), [
    ("en-GB", "Sun 22 Nov", "Sunday 22 November 2026", "20:05"),
    ("en-US", "Sun Nov 22", "Sunday, November 22, 2026", "8:05\u202fPM"),
    ("de", "So. 22. Nov.", "Sonntag, 22. November 2026", "20:05"),
    ("fr", "dim. 22 nov.", "dimanche 22 novembre 2026", "20:05"),
    ("pl", "niedz. 22 lis", "niedziela, 22 listopada 2026", "20:05"),
])  # fmt: skip
def test_days_and_clocks_are_those_of_the_country(tag: str, short: str, long: str, evening: str) -> None:
    viewer = viewer_of(f"lang={tag}")
    day = date(2026, 11, 22)
    assert viewer.run(written_times.short_day, day) == short
    assert viewer.run(written_times.long_day, day) == long
    assert viewer.run(written_times.clock, time(20, 5)) == evening


def test_places_have_the_names_that_people_know() -> None:
    english = viewer_of("")
    assert english.run(written_times.zone_place, "Asia/Calcutta") == "Kolkata"
    assert english.run(written_times.zone_place, "America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert viewer_of("lang=de").run(written_times.zone_place, "Europe/Warsaw") == "Warschau"


async def test_a_page_is_in_the_language_of_the_browser(site: Any) -> None:
    german = await get(site, "/guide", headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.1"})
    assert german.get("lang") == "de" and german.get("data-locale") == "de-DE"
    assert "Anderssprachig" not in german.text_content() and "Suche" in german.text_content()
    answer = await site.client.get("/guide", headers={"Accept-Language": "de"})
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer.headers["vary"].split(",")}
    english = await get(site, "/guide")
    assert english.get("lang") == "en" and "Search" in english.text_content()


def test_a_request_leaves_the_language_of_others_alone() -> None:
    assert viewer_of("lang=pl").run(viewer_language.current).tag == "pl"
    assert viewer_language.current() == ENGLISH


async def test_pages_of_datasette_say_their_language(site: Any) -> None:
    assert (await get(site, "/epg", headers={"Accept-Language": "fr"})).get("lang") == "fr"


async def test_the_rows_of_two_languages_do_not_mix(site: Any) -> None:
    one = await site.client.get("/?fragment=rows")
    two = await site.client.get("/?fragment=rows", headers={"Accept-Language": "pl"})
    assert one.headers["etag"] != two.headers["etag"]


async def test_a_language_is_chosen_and_kept(site: Any) -> None:
    page = await get(site, "/guide/language?back=/guide/channel/1")
    assert [option.get("value") for option in select(page, "option")] == list(viewer_language.CHOICES)
    assert [option.get("value") for option in select(page, "option[selected]")] == ["en-GB"]
    found = await site.client.get("/guide/language?choice=it&back=/guide/stats%3Fa=1")
    assert (found.status_code, found.headers["location"]) == (303, "/guide/stats?a=1")
    assert found.headers["set-cookie"] == "epg_lang=it; Path=/; Max-Age=31536000; SameSite=Lax"
    page = await get(site, "/guide/language", headers={"Cookie": "epg_lang=it", "Accept-Language": "de"})
    assert page.get("lang") == "it"
    assert [option.get("value") for option in select(page, "option[selected]")] == ["it"]
    found = await site.client.get("/guide/language?choice=auto&back=/")
    assert "epg_lang=;" in found.headers["set-cookie"] and "Max-Age=0" in found.headers["set-cookie"]


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/x", "https://elsewhere.example/", "/\\elsewhere.example"]
)
async def test_the_way_back_stays_on_this_site(site: Any, back: str) -> None:
    found = await site.client.get("/guide/language", params={"choice": "de", "back": back})
    assert found.headers["location"] == "/guide"


async def test_another_site_cannot_choose(site: Any) -> None:
    found = await site.client.get("/guide/language?choice=de", headers={"Sec-Fetch-Site": "cross-site"})
    assert found.status_code == 200 and "set-cookie" not in found.headers


async def test_an_unknown_language_is_refused_in_one_line(site: Any) -> None:
    page = await get(site, "/guide/language?choice=xx", status=400)
    assert "there is no language 'xx'; use one of de, en-GB" in " ".join(texts(page, "main p"))


async def test_links_keep_a_language_that_the_address_asks_for(site: Any) -> None:
    page = await get(site, "/?lang=es")
    kept = [href for href in hrefs(page, "main a") if href.startswith("/guide/channel/")]
    assert kept and all("lang=es" in href for href in kept)

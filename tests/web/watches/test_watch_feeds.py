"""Watches in an address: the same conditions as stored ones, for strangers, within bounds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import icalendar
import pytest
from datasette.app import Datasette

from tests.helpers.admin_site import served
from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = copy_bundle(tmp_path_factory.mktemp("feeds"))
    conn = make_guide(made / "epg.db")
    add(conn, 1, moment(2), moment(3), "Casablanca", description="A café.", actors='["Ingrid Bergman"]')
    add(conn, 2, moment(50), moment(51), "Casablanca", description="A café.")
    add(conn, 2, moment(5), moment(6), "Casablanca, the city", provider_id=2)
    add(conn, 3, moment(5), moment(6), "Casablanca", provider_id=2)
    conn.close()
    return made


@pytest.fixture
async def site(folder: Path) -> AsyncIterator[Datasette]:
    async with served(folder) as ds:
        yield ds


async def events(site: Datasette, **query: str) -> list[str]:
    answer = await site.client.get(f"/watch.ics?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(answer.text).walk("VEVENT")]


async def test_the_conditions_of_a_watch(site: Datasette) -> None:
    film = "Casablanca"
    assert await events(site, title="casablanca", once="showing") == [film, film]
    assert len(await events(site, words="casablanca", once="showing")) == 3
    assert await events(site, person="bergman") == [film]
    assert await events(site, pattern="^Casablanca$", once="showing", channels="2") == [film]
    assert await events(site, words="nothing") == []
    assert await events(site, title="casablanca", once="showing", days="1") == [film]
    hidden = await events(site, title="casablanca", channels="3")
    assert hidden == [], "channel 3 is hidden"
    feed = await site.client.get("/watch.atom?title=casablanca&once=showing")
    assert feed.text.count("<entry>") == 2 and "TV guide: casablanca" in feed.text


async def test_what_is_wrong_is_said_in_a_line(site: Datasette) -> None:
    for query, said in (
        ("", "say what to look for with one of words, title, person, series, pattern"),
        ("title=a&words=b", "say what to look for with one of"),
        ("pattern=(", "RE2 cannot read the pattern"),
        ("words=x&weekdays=someday", "weekdays must be a list of: mon"),
        ("words=x&from=25:00", "from must be a time of the day"),
        ("words=x&to=8pm", "to must be a time of the day"),
        ("words=*", "words must have a word to look for"),
        ("title=!", "title must have a letter or a digit"),
        ("person=%20", "person must be a text: what to look for"),
        ("words=" + "x+" * 21, "words has more than 20 words"),
        ("words=x&tz=Nowhere", "unknown time zone"),
        ("words=x&owner=me", "unknown parameter 'owner'"),
        ("words=x&days=400", "days must be a whole number from 1 to 31"),
    ):
        answer = await site.client.get(f"/watch.ics?{query}")
        assert answer.status_code == 400 and said in answer.text and answer.text.count("\n") == 1, answer.text
        for setting in ("value", "_time", "kind"):
            assert setting not in answer.text
        assert (await site.client.get(f"/watch.atom?{query}")).status_code == 400
    missing = await site.client.get("/watch.ics?words=x&lineup=none-of-this-name")
    assert missing.status_code == 400


async def test_the_page_makes_the_addresses_without_a_script(site: Datasette) -> None:
    empty = await site.client.get("/guide/watches")
    assert empty.status_code == 200 and 'id="epg-address-1"' not in empty.text
    page = await site.client.get(
        "/guide/watches?kind=title&value=casablanca&channel=2&sat=1&sun=1&once=showing&from=&to="
    )
    assert page.status_code == 200
    assert (
        "/watch.ics?title=casablanca&amp;channels=2&amp;once=showing&amp;weekdays=sat%2Csun" in page.text
        or (
            "title=casablanca" in page.text
            and "weekdays=sat%2Csun" in page.text
            and "channels=2" in page.text
        )
    )
    assert 'name="channels" value="2"' in page.text and 'name="channel_name"' not in page.text
    (name,) = re.findall(r'epg-chip-on">([^<]+)</bdi>', page.text)
    called = await site.client.get(
        "/guide/watches", params={"kind": "title", "value": "x", "channel_name": name}
    )
    assert 'name="channels" value="2"' in called.text, (
        "a name means the channel that is called so, without a script"
    )
    unknown = await site.client.get("/guide/watches?kind=title&value=kept-value&channel_name=nowhere")
    assert "No channel is called “nowhere”." in unknown.text and 'id="epg-address-1"' not in unknown.text
    assert 'value="kept-value"' in unknown.text and 'name="channel_name" value="nowhere"' in unknown.text
    wrong = await site.client.get("/guide/watches?kind=pattern&value=(")
    assert wrong.status_code == 200 and "RE2 cannot read the pattern" in wrong.text

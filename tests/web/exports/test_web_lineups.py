"""`/l/NAME.xml`, `/l/NAME.m3u`, `/l/NAME/lineup.json`: a line-up as players read it, and who may have its streams."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from epg_ingest.lineup_store.entry_edits import edit_entries
from epg_ingest.lineup_store.lineup_changes import key_of, update_lineup
from epg_ingest.lineup_store.lineup_rows import find_lineup
from lxml import etree

from tests.helpers.datasette_helpers import serving
from tests.helpers.support import DTD, HOUR, NOON, Guide, feed, require, show
from tests.lineup_store.household import ACCOUNT, Household, Listed, entries, playlist, stations

OPTIONS = '#EXTVLCOPT:http-user-agent=A "B"\n#KODIPROP:inputstream=x\n'


class Site:
    def __init__(self, home: Household) -> None:
        self.home, self.ds = home, None

    @property
    def key(self) -> str:
        return str(key_of(self.home.guide.vault, find_lineup(self.home.guide.db.conn, "home")))

    async def get(self, path: str, **headers: str) -> Any:
        assert self.ds is not None
        return await self.ds.client.get(path, headers=headers)  # type: ignore[attr-defined]

    async def document(self, query: str = "") -> Any:
        found = await self.get(f"/l/home.xml{query}")
        assert found.status_code == 200, found.text
        return etree.fromstring(found.content)


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    begun = int(time.time()) // HOUR * HOUR
    guide = Guide(tmp_path)
    known = stations(6)
    shows = [
        show(ident, begun + (hour - 2) * HOUR, begun + (hour - 1) * HOUR, f"{name} at {hour}")
        for ident, name in known
        for hour in range(6)
    ]
    guide.load("uk", feed(shows, known), now=begun)
    listed = [
        one._replace(ident=f"{one.name}.tv", number=str(20 - place)) for place, one in enumerate(entries(4))
    ]
    text = playlist(
        [*listed, Listed("", "Nobody knows", f"{ACCOUNT}/1.ts")], '#EXTM3U url-tvg="http://127.0.0.1/old.xml"'
    )
    made = Site(Household(guide, text.replace(f"{ACCOUNT}/101", f"{OPTIONS}{ACCOUNT}/101"), title="Home"))
    assert made.home.refresh().matched == 4
    async with serving(guide.path) as ds:
        made.ds = ds
        yield made
    guide.close()


def read_playlist(text: str) -> list[tuple[dict[str, str], str, list[str], str]]:
    """As players read it: attributes, name, options and address of each entry."""
    found = []
    lines = iter(text.splitlines())
    assert next(lines).startswith("#EXTM3U")
    attributes: dict[str, str] = {}
    name, options = "", []
    for line in lines:
        if line.startswith("#EXTINF:"):
            attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', line))
            name, options = line.rpartition('",')[2], []
        elif line.startswith("#"):
            options.append(line)
        else:
            found.append((attributes, name, options, line))
    return found


async def test_the_guide_has_the_channels_of_the_line_up_in_its_order(site: Site) -> None:
    document = await site.document()
    channels = [
        (one.get("id"), [name.text for name in one.iter("display-name")]) for one in document.iter("channel")
    ]
    assert channels[0] == ("Harbour.tv", ["Harbour", "Harbour", "20"])
    assert [ident for ident, _ in channels] == ["Harbour.tv", "Meadow.tv", "Lantern.tv", "Quarry.tv"]
    assert {one.get("channel") for one in document.iter("programme")} == {
        "Harbour.tv",
        "Meadow.tv",
        "Lantern.tv",
        "Quarry.tv",
    }
    assert [one.findtext("title") for one in document.iter("programme")][:2] == [
        "Harbour at 0",
        "Harbour at 1",
    ]
    require(DTD.exists(), "the DTD of XMLTV is not installed (Debian: xmltv-util)")
    assert etree.DTD(str(DTD)).validate(document)


async def test_players_find_what_is_on_now_for_each_matched_entry(site: Site) -> None:
    """As Kodi and Jellyfin do: the playlist, the guide that it names, ids compared."""
    listed = await site.get(f"/l/home.m3u?key={site.key}")
    address = re.search(r'url-tvg="([^"]+)"', listed.text)
    assert address and "127.0.0.1/old" not in listed.text
    guide = etree.fromstring(
        gzip.decompress((await site.get(re.sub(r"^https?://[^/]+", "", address[1]))).content)
    )
    now = time.strftime("%Y%m%d%H%M%S +0000", time.gmtime())
    on = {
        one.get("channel").casefold(): one.findtext("title")
        for one in guide.iter("programme")
        if one.get("start") <= now < one.get("stop")
    }
    read = read_playlist(listed.text)
    assert [name for _, name, _, _ in read] == [name for _, name in stations(4)] + ["Nobody knows"]
    assert [on.get(attributes["tvg-id"].casefold()) for attributes, *_ in read] == [
        f"{name} at 2" for _, name in stations(4)
    ] + [None]
    assert [attributes.get("tvg-chno") for attributes, *_ in read] == ["20", "19", "18", "17", None]
    assert read[1][2:] == (OPTIONS.splitlines(), f"{ACCOUNT}/101.ts")


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%C3%A9"])
@pytest.mark.parametrize("path", ["/l/home.m3u", "/l/home/lineup.json"])
async def test_streams_need_the_key(site: Site, path: str, query: str) -> None:
    found = await site.get(path + query)
    if path.endswith("json") and query in ("", "?key="):
        assert found.status_code == 200 and "canary" not in found.text
        assert found.json()[0] == {"GuideNumber": "20", "GuideName": "Harbour", "GuideId": "Harbour.tv"}
    else:
        assert (found.status_code, found.headers["www-authenticate"]) == (401, "Bearer")
        assert "canary" not in found.text and found.text.count("\n") == 1


async def test_with_the_key_a_tuner_list_has_addresses(site: Site) -> None:
    found = await site.get(f"/l/home/lineup.json?key={site.key}")
    assert found.json()[0]["URL"] == f"{ACCOUNT}/100.ts"
    assert found.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "path", ["/l/home.m3u?key={}", "/l/home.xml", "/l/home.xml.gz", "/l/home/lineup.json"]
)
async def test_answers_are_conditional(site: Site, path: str) -> None:
    path = path.format(site.key)
    found = await site.get(path)
    again = await site.get(path, **{"if-none-match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    rows = site.home.rows()
    edit_entries(site.home.guide.db, "home", [{"id": rows[0].id, "number": "1"}], now=NOON)
    changed = await site.get(path, **{"if-none-match": found.headers["etag"]})
    assert changed.status_code == 200 and changed.headers["etag"] != found.headers["etag"]


async def test_the_playlist_does_not_stay_in_shared_caches(site: Site) -> None:
    found = await site.get(f"/l/home.m3u?key={site.key}")
    assert found.headers["cache-control"] == "private, no-cache"
    assert found.headers["content-type"].startswith("audio/x-mpegurl")


@pytest.mark.parametrize(
    "path", ["/l/none.xml", "/l/none.m3u?key=x", "/l/none/lineup.json", "/l/home.xml?nonsense=1"]
)
async def test_what_is_not_there(site: Site, path: str) -> None:
    found = await site.get(path)
    assert found.status_code == (400 if "nonsense" in path else 404)
    assert found.text.count("\n") == 1


@pytest.mark.parametrize(
    ("scheme", "first"),
    [("source", "Harbour.tv"), ("guide", "Harbour.uk"), ("number", "20"), ("safe", "Harbour.uk")],
)
async def test_ids_follow_the_scheme_in_all_outputs(site: Site, scheme: str, first: str) -> None:
    guide = site.home.guide
    update_lineup(guide.db, guide.vault, "home", {"id_scheme": scheme}, now=NOON)
    document = await site.document()
    assert document.find("channel").get("id") == document.find("programme").get("channel") == first
    assert f'tvg-id="{first}"' in (await site.get(f"/l/home.m3u?key={site.key}")).text
    assert (await site.get("/l/home/lineup.json")).json()[0]["GuideId"] == first
    assert (await site.document("?ids=source")).find("channel").get("id") == "Harbour.tv"


async def test_texts_that_an_older_version_stored_break_no_output(site: Site) -> None:
    """A name, an id and the others with a double quote, a line break and what XML forbids."""
    db = site.home.guide.db
    with db.conn:
        db.execute(
            """UPDATE lineup_channels SET name = ?1 || name, source_id = ?1 || source_id, group_name = ?1 || group_name,
                   icon_url = 'http://127.0.0.1/' || ?1, number = ?1 || number""",
            ['"\x01\n\x9f\ufffe'],
        )
    document = await site.document()
    ids = [one.get("id") for one in document.iter("channel")]
    assert ids[0] == "' Harbour.tv"
    assert {one.get("channel") for one in document.iter("programme")} == set(ids)
    read = read_playlist((await site.get(f"/l/home.m3u?key={site.key}")).text)
    assert [one["tvg-id"] for one, *_ in read][: len(ids)] == ids
    assert [name for _, name, *_ in read][:1] == ["' Harbour"]
    assert [one["GuideId"] for one in (await site.get("/l/home/lineup.json")).json()][: len(ids)] == ids


async def test_an_entry_has_times_of_its_own(site: Site) -> None:
    before = [
        one.get("start")
        for one in (await site.document()).iter("programme")
        if one.get("channel") == "Meadow.tv"
    ]
    rows = site.home.rows()
    edit_entries(site.home.guide.db, "home", [{"id": rows[1].id, "shift_minutes": 60}], now=NOON)
    shifted = await site.document("?days=1")
    after = [one for one in shifted.iter("programme") if one.get("channel") == "Meadow.tv"]
    # What is on now in the line-up began two hours ago in the guide.
    assert after[0].findtext("title") == "Meadow at 1" and after[0].get("start") == before[2]
    assert next(one.findtext("title") for one in shifted.iter("programme")) == "Harbour at 2"


async def test_filler_says_what_it_is_and_is_nowhere_else(site: Site) -> None:
    guide = site.home.guide
    update_lineup(guide.db, guide.vault, "home", {"filler": 120}, now=NOON)
    document = await site.document("?days=1")
    blocks = [one for one in document.iter("programme") if one.findtext("category") == "Filler"]
    unknown = [one for one in blocks if one.findtext("title") == "Nobody knows"]
    assert 12 <= len(unknown) <= 13 and {one.get("channel") for one in unknown} == {"Nobody knows"}
    assert all(one.find("desc") is None for one in blocks)
    known = [one for one in document.iter("programme") if one.get("channel") == "Harbour.tv"]
    assert [one.get("stop") for one in known[:-1]] == [one.get("start") for one in known[1:]]
    assert [one.findtext("title") for one in known[:5]] == [f"Harbour at {n}" for n in range(2, 6)] + [
        "Harbour"
    ]
    assert "Filler" not in (await site.get("/xmltv.xml")).text
    assert guide.db.execute("SELECT count(*) FROM contents WHERE category LIKE '%Filler%'").fetchone() == (0,)
    assert (await site.get("/api/v1/search?q=nobody")).json() == []

"""Texts of feeds and of people keep their own direction: each stands in an element with `dir="auto"`, on every page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.lineup_store.lineup_changes import add_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.watch_store.watch_edits import add_target, add_watch
from lxml import html

from tests.helpers.admin_site import ADMIN, TOKEN, Browser, served
from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.support import HOUR, Guide, feed, show

#: letters that stand in no template, so they come from a feed
WORD = "שלום"
LINEUPS, RULES = "/-/epg/lineups", "/-/epg/rules?field=title&pattern=%D7%A9&kind=remove"
PAGES = (
    "/", "/?show=tonight", "/guide?tz=UTC", "/guide/channel/1", "/guide/program/2", "/guide/series",
    f"/guide/series?q={WORD}", "/guide/series/1", f"/guide/search?q={WORD}", "/guide/changes?since=2020-01-01", "/guide/stats",
    "/guide/use?lineup=home", f"/guide/watches?kind=words&value={WORD}", "/-/epg/channels", "/-/epg/channels?edit=1",
    "/-/epg/providers", "/-/epg/providers/1", "/-/epg/providers/1?delete=1", "/-/epg/imports", "/-/epg/mappings",
    "/-/epg/mappings?view=all", LINEUPS, *(f"{LINEUPS}/1{rest}" for rest in (
        f"?group={WORD}", "/entry", f"/entry?entry=2&find={WORD}", "/review?state=review", "/missing", "/settings",
        "/settings?delete=1", "/list")),
    RULES, "/-/epg/rules?edit=1", "/-/epg/watches", "/-/epg/watches/1", "/-/epg/alerts",
)  # fmt: skip


def shows(now: int, mark: str) -> list[str]:
    inner = "".join(
        f"<{tag}>{WORD} {tag}</{tag}>" for tag in ("sub-title", "desc", "category", "keyword", "country")
    )
    inner = inner.replace("<sub-title>", "<sub-title lang='he'>")
    people = f"<credits><director>{WORD} d</director><actor role='{WORD}'>{WORD} a</actor></credits>"
    number = '<episode-num system="xmltv_ns">0.{}.</episode-num>'
    return [
        show("a.il", now + (hour - 2) * HOUR, now + (hour - 1) * HOUR, f"{WORD} {mark if hour == 4 else ''}",
             inner.replace("</sub-title>", f" {hour}</sub-title>") + people + number.format(hour))
        for hour in range(30)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide whose feeds and people write Hebrew only: channels, programmes, provider, group, line-up, rule, watch, target."""
    made, now = tmp_path_factory.mktemp("directions") / "site", int(time.time()) - HOUR // 2
    made.mkdir()
    copy_bundle(made)
    guide = Guide(made)
    known = [("a.il", f"{WORD} 1"), ("b.il", f"{WORD} 2 HD"), ("c.il", f"{WORD} 2")]
    for mark, back in (("x", 7200), ("y", 3600)):
        guide.load(f"{WORD} provider", feed(shows(now, mark), known), now=now - back)
    lines = "".join(
        f'#EXTINF:-1 group-title="{WORD}" tvg-id="{ident}",{WORD} {ident}\nhttp://127.0.0.1:9/{ident}.ts\n'
        for ident in ("a.il", "none", "b.il")
    )
    (made / "list.m3u").write_text(f"#EXTM3U\n{lines}")
    add_lineup(
        guide.db, guide.vault, "home", str(made / "list.m3u"), now=now, local_files=True, title=f"{WORD} home",
        private_addresses="allow",
    )  # fmt: skip
    refresh(guide.db, guide.vault, "home", RefreshOptions(Limits()), now=now)
    with guide.db.conn:
        guide.db.execute(
            "INSERT INTO rules (position, field, pattern, action) VALUES (810, 'title', ?, 'remove')", [WORD]
        )
    add_watch(guide.vault, guide.path, ADMIN["id"], {"kind": "words", "value": WORD}, now)
    add_target(guide.vault, ADMIN["id"], {"name": WORD, "url": "http://127.0.0.1:9/hook"}, now)
    guide.close()
    return made


def astray(text: str) -> list[str]:
    """What has the letters of `WORD`, and no element around it that lets it keep its direction."""
    body = html.document_fromstring(text)
    own = "ancestor-or-self::*[@dir='auto' or self::bdi or self::script or @class='epg-hidden']"
    found = body.xpath(f".//body//text()[contains(., '{WORD}') and not(parent::*/{own})]/..")
    typed = body.xpath(
        f"//input[@type='text' or @type='search' or not(@type)][contains(@value, '{WORD}') and not(@dir='auto')]"
    )
    return [
        " ".join(html.tostring(one, encoding="unicode", with_tail=False).split())[:160]
        for one in found + typed
    ]


def of_no_language(text: str) -> list[str]:
    """Sub-titles of pages for people, which the feed says are Hebrew, in elements that do not say so."""
    found = html.document_fromstring(text).xpath(
        f"//main//*[self::strong or self::li or self::td][not(.//li)]//*[@dir='auto'][contains(text(), '{WORD} sub-title')]"
    )
    return [
        html.tostring(one, encoding="unicode", with_tail=False)[:160]
        for one in found
        if one.get("lang") != "he"
    ]


async def test_every_text_of_a_feed_keeps_its_direction(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    problems: list[str] = []
    without: list[str] = []
    unsaid: list[str] = []
    async with served(folder) as ds:
        browser = Browser(ds, ADMIN)
        for path in PAGES:
            answer = await browser.get(path)
            assert answer.status_code == 200, (path, answer.text)
            if WORD not in answer.text.partition("<main")[2]:
                without.append(path)
            problems += [f"{path}: {one}" for one in astray(answer.text)]
            unsaid += [f"{path}: {one}" for one in of_no_language(answer.text)]
    assert not problems, "\n".join(problems)
    assert not unsaid, "\n".join(unsaid)
    assert without == [], "each of these pages has such a text"


def test_a_text_astray_would_be_found() -> None:
    assert astray(f"<body><p>{WORD}</p></body>") and astray(f"<body><input value='{WORD}'></body>")
    assert not astray(f"<body><p dir='auto'>x <b>{WORD}</b></p><bdi>{WORD}</bdi></body>")

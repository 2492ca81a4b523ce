"""The demo's feeds and real ones, each imported into a guide of its own and exported: what readers are tried on.

The real feeds are not part of the project: `$EPG_FEEDS` names their folder.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

import pytest
from epg_ingest.export.form import Form
from epg_ingest.export.xmltv import write_xmltv

from demo import feeds as demo
from tests.helpers.paths import FEEDS
from tests.helpers.support import Guide, require
from tests.pipeline.test_real_feeds import EXPECTED, plain, well_formed

HERE = FEEDS.is_dir() or "EPG_FEEDS" in os.environ
DEMO = ("demo north", "demo south")
#: feeds of several countries for the same days
SAME_WEEK = tuple(f"same-week/{country}.xml.gz" for country in ("be2", "de1", "fr1", "ie1", "uk1"))
#: the programmes of a feed that are read, about
ENOUGH = 500
ELEMENT = re.compile(rb'<(programme|channel)\b[^>]*? (?:channel|id)="([^"]*)".*?</\1>', re.DOTALL)
PARAMS = [
    *DEMO,
    *(
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                not HERE,
                reason="there are no real feeds beside the checkout; EPG_FEEDS may name their folder",
            ),
        )
        for name in (*EXPECTED, *SAME_WEEK)
    ),
]


class Case:
    """A feed, imported into a guide of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.guide = Guide(folder).as_written()
        self.body = a_part(body_of(name))
        assert self.guide.load("feed", self.body)["status"] in ("success", "partial")
        self.channels = [row["name"] for row in self.guide.rows("SELECT name FROM channels ORDER BY id")]

    @cached_property
    def feed(self) -> bytes:
        """The feed as plain XML, mended where it is not well-formed."""
        return one_number(well_formed(plain(self.body)))

    @cached_property
    def export(self) -> bytes:
        return self.exported(Form())

    def exported(self, form: Form, channels: list[str] | None = None) -> bytes:
        path = self.folder / "export.xml"
        with path.open("wb") as out:
            write_xmltv(self.guide.db, out, form=form, channels=channels or self.channels)
        return path.read_bytes()

    def file(self, name: str, body: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(body)
        return path


def a_part(body: bytes) -> bytes:
    """The feed; of a large one, every second, third ... of its channels and their programmes, mended where it is not
    well-formed."""
    feed = plain(body)
    every = feed.count(b"<programme") // ENOUGH
    if every < 2:
        return body
    feed = well_formed(feed)
    channels = {found[2] for found in ELEMENT.finditer(feed) if found[1] == b"programme"}
    chosen = set(sorted(channels)[::every])
    return ELEMENT.sub(lambda found: found[0] if found[2] in chosen else b"", feed)


def one_number(feed: bytes) -> bytes:
    """The feed without names that are numbers and contradict the `<lcn>` of their channel. The guide has the `<lcn>`, and an
    export has the guide's number only, as some readers take the last one."""

    def kept(channel: re.Match[bytes]) -> bytes:
        lcn = re.search(rb"<lcn>\s*([0-9.]+)\s*</lcn>", channel[0])
        if lcn is None:
            return channel[0]
        other = rb"<display-name[^>]*>\s*(?!%b\s*<)[0-9]+\s*</display-name>" % re.escape(lcn[1])
        return re.sub(other, b"", channel[0])

    return re.sub(rb"<channel .*?</channel>", kept, feed, flags=re.DOTALL)


def body_of(name: str) -> bytes:
    if name in DEMO:
        return getattr(demo, name.split()[1])(datetime(2026, 11, 22, 12, tzinfo=timezone.utc))  # type: ignore[no-any-return]
    require((FEEDS / name).is_file(), f"the feed {name} is not in $EPG_FEEDS")
    return (FEEDS / name).read_bytes()

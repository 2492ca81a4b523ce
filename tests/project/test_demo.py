"""The sample feeds are as described, and the demo ends with programmes that are on now."""

from __future__ import annotations

import gzip
import socket
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from lxml import etree

from demo import feeds
from demo.run import DemoError, free_port
from demo.serve_feeds import feed_server
from tests.helpers.paths import ROOT
from tests.helpers.support import DTD, require

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=timezone.utc)
LOGICAL_CHANNELS = 12


def south_text(now: datetime) -> str:
    return gzip.decompress(feeds.south(now)).decode()


def mended(text: str) -> etree._Element:
    return etree.fromstring(text.replace("&", "&amp;").encode())


def test_north_is_valid_against_the_dtd() -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(etree.fromstring(feeds.north(NOON))), dtd.error_log


def test_north_uses_both_episode_systems_and_an_offset() -> None:
    root = etree.fromstring(feeds.north(NOON))
    assert {e.get("system") for e in root.iter("episode-num")} == {"xmltv_ns", "onscreen"}
    assert all(p.get(a, "").endswith(" +0100") for p in root.iter("programme") for a in ("start", "stop"))


def test_south_is_broken_by_its_ampersands_only() -> None:
    text = south_text(NOON)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(text.encode())
    assert "&amp;" not in text
    assert len(mended(text).findall("programme")) == text.count("<programme ")


def test_south_leaves_every_third_stop_out() -> None:
    programmes = mended(south_text(NOON)).findall("programme")
    without = [p for p in programmes if p.get("stop") is None]
    assert 0.3 < len(without) / len(programmes) < 0.35


def test_the_providers_share_channels_by_name_only() -> None:
    assert not {c.id for c in feeds.NORTH} & {c.id for c in feeds.SOUTH}
    names = {c.name.removesuffix(" HD") for c in (*feeds.NORTH, *feeds.SOUTH)}
    assert len(names) == LOGICAL_CHANNELS < len(feeds.NORTH) + len(feeds.SOUTH)


@pytest.mark.parametrize("hour", range(24))
def test_something_is_on_at_any_hour_on_every_channel(hour: int) -> None:
    now = NOON.replace(hour=hour, minute=59)
    on = {
        channel.name.removesuffix(" HD")
        for channel in (*feeds.NORTH, *feeds.SOUTH)
        for slot in feeds.schedule(channel, now, seed=1)
        if slot.start <= now < slot.stop
    }
    assert len(on) == LOGICAL_CHANNELS


def test_a_channel_never_overlaps_itself_and_lasts_three_days() -> None:
    for channel in (*feeds.NORTH, *feeds.SOUTH):
        slots = feeds.schedule(channel, NOON, seed=1)
        assert all(a.start < a.stop <= b.start for a, b in pairwise(slots))
        assert slots[0].start < NOON - timedelta(days=1)
        assert slots[-1].stop > NOON + timedelta(days=3)


def test_south_fills_what_north_leaves_open() -> None:
    at = NOON.replace(hour=3)
    two_north, two_south = feeds.NORTH[1], feeds.SOUTH[1]
    assert not [s for s in feeds.schedule(two_north, at, 1) if s.start <= at < s.stop]
    assert [s for s in feeds.schedule(two_south, at, 1) if s.start <= at < s.stop]


def test_the_same_moment_gives_the_same_feed_and_tomorrow_agrees() -> None:
    assert feeds.north(NOON) == feeds.north(NOON)
    assert feeds.south(NOON) == feeds.south(NOON)
    today = set(feeds.north(NOON).splitlines())
    tomorrow = set(feeds.north(NOON + timedelta(days=1)).splitlines())
    assert len(today & tomorrow) > len(today) / 2


def test_the_feed_server_is_conditional() -> None:
    with feed_server() as server:
        with urlopen(f"{server.base_url}/south.xml.gz") as answer:
            etag = answer.headers["ETag"]
            assert answer.read() == server.bodies["/south.xml.gz"]
        with pytest.raises(HTTPError) as unchanged:
            urlopen(Request(f"{server.base_url}/south.xml.gz", headers={"If-None-Match": etag}))
        assert unchanged.value.code == 304
        with pytest.raises(HTTPError) as missing:
            urlopen(f"{server.base_url}/east.xml")
        assert missing.value.code == 404


def test_a_taken_port_gives_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_no_port_left_is_one_line() -> None:
    with pytest.raises(DemoError, match="choose another with --port"):
        free_port(65536)


@pytest.mark.slow
def test_the_demo_ends_with_programmes_on_now(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "demo.run", "--once", "--port", str(port), "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "programmes are on now" in done.stdout
    assert "/epg/on_now" in done.stdout
    with sqlite3.connect(tmp_path / "epg.db") as db:
        assert db.execute("select count(*) from channels").fetchone() == (LOGICAL_CHANNELS,)
        assert db.execute("select count(distinct provider) from guide").fetchone() == (2,)
        assert db.execute("select count(*) > 0 from programs where shadowed_by is not null").fetchone() == (
            1,
        )

"""`tv_grab_datasette_epg`: what it prints, what it grabs from a database or a site, and that XMLTV's own tools take it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from datetime import datetime, timedelta

import pytest
from epg_ingest.core.errors import EpgError
from epg_ingest.grabber.command import CAPABILITIES, parser
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.document import channels, elements, filtered
from epg_ingest.grabber.window import NEVER, Days, window
from lxml import etree

from tests.helpers.paths import ROOT
from tests.helpers.readers.grabbing import Grabber, environment, starts
from tests.helpers.support import DTD, HOUR, require, require_program
from tests.helpers.webprocess import Web

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--description", "The guide of a datasette-epg\n"),
        ("--capabilities", "baseline\nmanualconfig\napiconfig\npreferredmethod\n"),
        ("--preferredmethod", "allatonce\n"),
    ],
)
def test_what_it_says_of_itself(grabber: Grabber, option: str, text: str) -> None:
    ran = grabber.run(option)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, text, "")


def test_its_version(grabber: Grabber) -> None:
    assert re.fullmatch(r"This is tv_grab_datasette_epg version [\d.]+\n", grabber.run("--version").stdout)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--nonsense"], 2, "unrecognized arguments"),
        (["--desc"], 2, "unrecognized arguments"),
        (["--days", "0"], 2, "from 1 to 3650"),
        (["--offset", "x"], 2, "from 0 to 3650"),
        (["--config-file", "missing.conf"], 2, "there is no configuration missing.conf; make one with"),
        (["--db", "missing.db"], 2, "there is no database missing.db"),
        (["--db", "."], 2, ". is a folder; name a file in it, such as epg.db"),
        (["--db", "a.db", "--url", "http://127.0.0.1:1"], 2, "two sources"),
        (
            ["--url", "ftp://127.0.0.1"],
            2,
            "--url takes the address of a site, such as http://127.0.0.1:8001, not ftp://127",
        ),
        (
            ["--url", "127.0.0.1:8001"],
            2,
            "--url takes the address of a site, such as http://127.0.0.1:8001, not 127",
        ),
        (["--db", "ftp://127.0.0.1"], 2, "the source ftp://127.0.0.1 is neither a path nor an address"),
        (["--url", "http://127.0.0.1:1"], 1, "cannot read http://127.0.0.1:1: 127.0.0.1 refused"),
        (["--output", "no/such/folder"], 2, "cannot write no/such/folder: the folder no/such does not exist"),
        (["--configure-api", "--stage", "x"], 2, "there is no stage 'x'"),
        (["--configure-api", "--stage", "select-channels"], 2, "with the stage start"),
    ],
)
def test_mistakes(grabber: Grabber, arguments: list[str], status: int, words: str) -> None:
    ran = grabber.run(*arguments)
    assert ran.returncode == status
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr


def test_a_database_and_a_site_give_the_same(grabber: Grabber, web: Web) -> None:
    site = grabber.run("--quiet", "--url", f"http://127.0.0.1:{web.port}/")
    database = grabber.run("--quiet")
    assert site.returncode == database.returncode == 0
    assert site.stdout == database.stdout
    assert site.stdout.count("<programme ") > 1000
    channels = grabber.run("--list-channels", "--url", f"http://127.0.0.1:{web.port}").stdout
    assert channels == grabber.run("--list-channels").stdout
    assert "<programme " not in channels


def test_an_address_that_is_no_site(grabber: Grabber, web: Web) -> None:
    ran = grabber.run("--url", f"http://127.0.0.1:{web.port}/guide")
    assert ran.returncode == 1
    assert "answered 404 Not Found; check the address of the site" in ran.stderr


def test_days_add_up(grabber: Grabber) -> None:
    days = [starts(grabber.grab("--offset", str(n), "--days", "1")) for n in range(3)]
    together = starts(grabber.grab("--offset", "0", "--days", "3"))
    assert all(days)
    assert sorted(start for day in days for start in day) == sorted(together)
    assert len(set(together)) == len(together)
    assert set(together) <= set(starts(grabber.grab()))


def test_what_is_on_at_midnight_belongs_to_today() -> None:
    assert Days(100, 200, True).has(90, 110)
    assert not Days(100, 200, True).has(90, 100)
    assert not Days(100, 200, False).has(90, 110)
    assert Days(100, 200, False).has(100, 100)
    assert not Days(100, 200, True).has(200, 300)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", "2026-10-25", 25),
        ("Europe/London", "2026-03-29", 23),
        ("America/New_York", "2026-11-01", 25),
        ("America/New_York", "2026-03-08", 23),
        ("Asia/Kolkata", "2026-03-08", 24),
    ],
)
def test_a_day_is_that_of_the_place(monkeypatch: pytest.MonkeyPatch, zone: str, day: str, hours: int) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        noon = datetime.fromisoformat(f"{day}T12:00:00").astimezone()
        found = window((noon - timedelta(days=3)).timestamp(), 3, 1)
        assert (found.stop - found.start) == hours * HOUR
        assert datetime.fromtimestamp(found.start).isoformat() == f"{day}T00:00:00"
        assert window(noon.timestamp(), 0, None) == (found.start, NEVER, True)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_only_channels_that_are_shown_and_have_programmes(grabber: Grabber) -> None:
    document = grabber.grab("--days", "1")
    listed = etree.fromstring(grabber.run("--list-channels").stdout.encode())
    ids = [channel.get("id") for channel in document.iter("channel")]
    everything = [channel.get("id") for channel in listed.iter("channel")]
    assert set(ids) == {channel for channel, _ in starts(document)}
    assert "empty.epg" in everything and "empty.epg" not in ids
    assert "two.north" not in everything
    assert {each.tag for each in listed} == {"channel"}


def test_an_output_file_is_whole_or_as_before(grabber: Grabber) -> None:
    file = grabber.home / "out.xml"
    ran = grabber.run("--output", "out.xml", "--days", "2")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert re.fullmatch(r"tv_grab_datasette_epg: \d+ programmes\n", ran.stderr)
    before = file.read_bytes()
    assert before.endswith(b"</tv>\n")
    assert grabber.run("--output", "out.xml", "--url", "http://127.0.0.1:1").returncode == 1
    assert file.read_bytes() == before
    assert list(grabber.home.iterdir()) == [file]


def test_a_document_that_is_cut_off_is_refused() -> None:
    whole = b'<tv>\n<channel id="a">\n<display-name>A</display-name>\n</channel>\n</tv>\n'
    assert channels(io.BytesIO(whole)) == {"a": "A"}
    for length in (0, 5, 40, len(whole) - 1):
        with pytest.raises(EpgError, match="no whole XMLTV document"):
            list(elements(io.BytesIO(whole[:length])))
    with pytest.raises(EpgError):
        filtered(io.BytesIO(b"<html></html>\n"), io.BytesIO(), Configuration(), Days(0, NEVER, True))


@pytest.mark.parametrize("over", ["database", "site"])
def test_tv_validate_grabber_is_content(grabber: Grabber, web: Web, over: str) -> None:
    require(DTD.exists(), "the XMLTV DTD is not installed (Debian: xmltv-util)")
    program = str(grabber.site / "bin" / "tv_grab_datasette_epg")
    if over == "site":
        program += f" --url http://127.0.0.1:{web.port}"
    ran = subprocess.run(
        [require_program("tv_validate_grabber"), "--dtd-file", str(DTD), program],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        env=environment(grabber.site, grabber.home), cwd=grabber.home,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Validated ok." in ran.stdout


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_tv_find_grabbers_finds_it(grabber: Grabber, capability: str) -> None:
    finder = require_program("tv_find_grabbers")
    # Only this grabber is in the path: others would be run, and some ask the network.
    tools = grabber.home / "tools"
    tools.mkdir()
    shutil.copy(grabber.site / "bin" / "tv_grab_datasette_epg", tools)
    environ = {**environment(grabber.site, grabber.home), "PATH": str(tools)}
    command = [finder, capability]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout == f"{tools}/tv_grab_datasette_epg|The guide of a datasette-epg\n", ran.stderr


def test_every_option_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "grabber.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE)
    assert documented == [
        action.option_strings[0] for action in parser()._actions if action.option_strings[0] != "-h"
    ]


def test_it_is_installed_under_its_name() -> None:
    assert (
        'tv_grab_datasette_epg = "epg_ingest.grabber.program:main"' in (ROOT / "pyproject.toml").read_text()
    )

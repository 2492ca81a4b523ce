"""The configuration of the grabber: a choice of channels, made by questions or by a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.grabber.configuration import Configuration
from lxml import etree

from tests.helpers.readers.grabbing import Grabber, starts


def test_the_choice_of_channels(grabber: Grabber) -> None:
    file = grabber.home / "a.conf"
    file.write_text("# mine\nchannel=one.north\n\nchannel=gone.example  # away\nchannel!harbour.north\n")
    assert {channel for channel, _ in starts(grabber.grab("--config-file", "a.conf"))} == {"one.north"}
    file.write_text("channel!one.north\n")
    found = {channel for channel, _ in starts(grabber.grab("--config-file", "a.conf"))}
    assert "one.north" not in found and len(found) > 3


def test_configuring_by_questions(grabber: Grabber, site: Path) -> None:
    names = etree.fromstring(grabber.run("--list-channels").stdout.encode()).findall("channel")
    answers = [str(site / "epg.db"), "en", "", "ask", "yes", *["no"] * (len(names) - 1)]
    ran = grabber.run("--configure", text="\n".join(answers))
    assert ran.returncode == 0, ran.stderr
    file = grabber.home / ".xmltv" / "tv_grab_datasette_epg.conf"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = Configuration.read(file)
    assert kept is not None
    assert (kept.source, kept.lang, kept.wanted) == (str(site / "epg.db"), "en", (names[0].get("id"),))
    assert len(kept.unwanted) == len(names) - 1
    # Without --config-file it is found, and its answers are the defaults of the next time.
    assert {channel for channel, _ in starts(grabber.grab())} == {names[0].get("id")}
    assert grabber.run("--configure").returncode == 0
    assert Configuration.read(file) == kept
    assert grabber.run("--configure", text="\n".join(["", "", "", "none"])).returncode == 0
    assert starts(grabber.grab()) == []
    assert grabber.run("--configure", text="\n".join(["", "", "", "all"])).returncode == 0
    assert len(starts(grabber.grab())) > 1000


def test_a_source_that_cannot_be_read_is_not_configured(grabber: Grabber) -> None:
    ran = grabber.run("--configure", text="http://127.0.0.1:1\n")
    assert ran.returncode == 1 and "cannot read" in ran.stderr
    assert not (grabber.home / ".xmltv").exists()


def test_configuring_by_xml(grabber: Grabber) -> None:
    start = etree.fromstring(grabber.run("--configure-api", "--stage", "start").stdout.encode())
    assert [(each.tag, each.get("id")) for each in start[:-1]] == [
        ("string", "source"), ("string", "lang"), ("secretstring", "token"),
    ]  # fmt: skip
    assert (start[-1].tag, start[-1].get("stage")) == ("nextstage", "select-channels")
    # The program writes the answers; the token is not told again.
    file = grabber.home / "a.conf"
    file.write_text("source=\nlang=en\ntoken=hush\n")
    assert "hush" not in grabber.run("--configure-api", "--config-file", "a.conf").stdout
    ran = grabber.run("--configure-api", "--stage", "select-channels", "--config-file", "a.conf")
    (choice,) = etree.fromstring(ran.stdout.encode())
    assert (choice.tag, choice.get("id")) == ("selectmany", "channel")
    options = {option.get("value"): option.findtext("text") for option in choice.iter("option")}
    assert options["empty.epg"] == "E & <M>" and len(options) > 5


@pytest.mark.parametrize("line", ["nonsense", "colour=red", "=x", "channel one"])
def test_a_configuration_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / "a.conf"
    file.write_text(f"lang=en\n{line}\n")
    with pytest.raises(UsageError, match="line 2: write source="):
        Configuration.read(file)

"""The configuration of the grabber: a choice of channels, made by questions or by a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from epg_ingest.core.errors import UsageError
from epg_ingest.grabber.configuration import Configuration
from epg_ingest.grabber.dialogue import ask
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


@pytest.mark.parametrize(
    ("answers", "channels"),
    [
        (["All"], "every"), (["ALL"], "every"), (["al"], "every"), (["yes", "1", "all"], "every"), ([], "every"),
        (["maybe", "None"], "none"), (["no"], "none"), (["a", "ask", "y", "what", "NO"], "first"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_asked_for_again(answers: list[str], channels: str, tmp_path: Path) -> None:
    given, said = iter(["", "", "", *answers]), []

    def answer(question: str) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    with_two = {"one.north": "One", "two.north": "Two"}
    file = tmp_path / "a.conf"
    ask(Configuration(), file, answer, said.append, lambda configuration: with_two, answer)
    kept = Configuration.read(file)
    assert kept is not None
    assert [ident for ident in with_two if kept.wants(ident)] == {
        "every": ["one.north", "two.north"], "none": [], "first": ["one.north"],
    }[channels]  # fmt: skip
    asked_again = [line for line in said if line.startswith("please answer")]
    assert len(asked_again) == {"yes": 2, "maybe": 1, "a": 2}.get(answers[0] if answers else "", 0)


@pytest.mark.parametrize(
    ("source", "goes"),
    [
        ("http://guide.example:8001", True), ("http://guide.example:8001/tv", True), ("HTTP://Guide.example:8001/", True),
        ("http://guide.example", False), ("https://guide.example:8001", False), ("http://other.example:8001", False),
        ("http://guide.example.evil.example:8001", False), ("http://guide.example:8001@evil.example", False),
        ("/var/lib/epg/epg.db", False),
    ],
)  # fmt: skip
def test_the_token_goes_to_its_own_site(source: str, goes: bool) -> None:
    kept = Configuration("http://guide.example:8001/", "en", "secret", ("one.north",))
    assert kept.reading(source) == Configuration(source, "en", "secret" if goes else "", ("one.north",))


def test_a_token_without_a_site_goes_nowhere() -> None:
    assert Configuration("", token="secret").reading("http://guide.example").token == ""
    assert Configuration("a.db", token="secret").reading("a.db").token == ""


def test_a_choice_that_the_guide_does_not_have(grabber: Grabber) -> None:
    (grabber.home / "a.conf").write_text("channel=gone.example\nchannel=away.example\n")
    ran = grabber.run("--config-file", "a.conf", "--output", "out.xml")
    assert ran.returncode == 1
    assert "the guide has none of the channels in the configuration" in ran.stderr
    assert not (grabber.home / "out.xml").exists()


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("epg.db", "{here}/epg.db"), ("./a/../epg.db", "{here}/epg.db"), ("~/epg.db", "{home}/epg.db"),
        ("/a/epg.db", "/a/epg.db"), ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/"), ("", ""),
    ],
)  # fmt: skip
def test_a_database_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kept: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    answers = iter([typed])

    def answer(question: str) -> str:
        return next(answers, "")

    file = tmp_path / "a.conf"
    ask(Configuration(), file, answer, print, lambda configuration: {}, answer)
    found = Configuration.read(file)
    assert found is not None
    assert found.source == kept.format(here=tmp_path / "here", home=tmp_path / "home")


@pytest.mark.parametrize("wrong", ["x y", "en,de", "-en", "en-", "e\u00f1", "../x"])
def test_a_language_that_is_none(tmp_path: Path, wrong: str) -> None:
    file, said = tmp_path / "a.conf", []
    file.write_text(f"lang={wrong}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="lang= must be a language code, such as en or pt-BR"):
        Configuration.read(file)
    answers = iter(["", wrong, "pt_BR"])

    def answer(question: str) -> str:
        return next(answers, "")

    ask(Configuration(), file, answer, said.append, lambda configuration: {}, answer)
    found = Configuration.read(file)
    assert found is not None and found.lang == "pt_BR"
    assert said[0] == "the language must be a language code, such as en or pt-BR"

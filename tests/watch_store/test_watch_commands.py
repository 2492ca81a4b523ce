"""`epg-ingest watches`, `targets` and `alerts`, in the order in which a person uses them, and what they say of mistakes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.cli.main import run

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, Guide, feed, show


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    made = Guide(tmp_path)
    begin = int(time.time()) // HOUR * HOUR
    shows = [
        show("one.uk", begin + at * HOUR, begin + (at + 1) * HOUR, f"Film {at % 3}") for at in range(-2, 60)
    ]
    made.load("feed", feed(shows, [("one.uk", "One")]), now=begin)
    made.close()
    return made


class Commands:
    def __init__(self, guide: Guide, capsys: pytest.CaptureFixture[str]) -> None:
        self.guide, self.capsys = guide, capsys

    def __call__(self, *words: str, status: int = 0) -> str:
        """Standard output of a command; standard error where it fails."""
        assert run(["--db", str(self.guide.path), *words]) == status
        said = self.capsys.readouterr()
        return said.err if status == 2 else said.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def epg(guide: Guide, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(guide, capsys)


def test_from_a_target_to_an_alert(epg: Commands) -> None:
    with FeedServer() as server:
        url = server.serve("/hook-canary", b"")
        assert "secret: whsec_" in epg("targets", "add", "phone", url, "--digest-at", "07:00", "--operator")
        (target,) = epg.json("targets", "list")
        assert (target["address"].rpartition("/")[2], target["digest_at"], target["owner"]) == (
            "…",
            "07:00",
            "epg-admin",
        )
        assert "canary" not in epg("targets", "list")
        assert epg("targets", "test", "phone") == "the test message was sent\n"
        would = epg.json("watches", "add", "title", "film 1", "--dry-run")
        assert would["sends"] + would["skips"] > 10 and epg.json("watches", "list") == []
        made = epg.json(
            "watches", "add", "title", "film 1", "--channel", "one.uk", "--lead", "1440", "--once-per", "showing",
            "--target", "phone", "--day", "mon", "--day", "all", "--from", "00:00", "--digest",
        )  # fmt: skip
        assert (made["lead_minutes"], made["targets"], made["days"], made["from_time"]) == (
            1440,
            [1],
            [],
            "00:00",
        )
        assert "would tell of" in epg("watches", "preview", "1")
        assert "would tell of" not in epg("alerts", "send", "--dry-run")
        sent = epg.json("alerts", "send")
        assert sent["waited"] == sent["waiting"] == sent["dropped"] == sent["given_up"] == 0
        said = "made 0 alerts, 0 waited before; sent 0, given up 0, dropped 0, waiting 0\n"
        assert epg("alerts", "send") == said
        assert sent["sent"] == sent["made"] > 3 and epg.json("alerts", "send")["made"] == 0
        assert len(server.hits) == sent["sent"] + 1
    log = epg.json("alerts", "log", "--limit", "2")
    assert [row["state"] for row in log] == ["sent", "sent"] and log[0]["watch"] == "film 1"
    assert epg.json("alerts", "list") == []
    assert "programme.starting" in epg("alerts", "log")


def test_changes_questions_and_undo(epg: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    epg("targets", "add", "phone", "https://hooks.example/x")
    epg("watches", "add", "words", "film*", "--name", "Films", "--new-only")
    assert (
        epg.json("watches", "set", "1", "--off", "--no-lead", "--from", "20:00", "--to", "02:00")[
            "lead_minutes"
        ]
        is None
    )
    shown = epg("watches", "show", "1")
    assert "enabled       no" in shown and "from_time     20:00" in shown
    assert epg.json("watches", "set", "1", "--from", "none", "--to", "none", "--on")["from_time"] is None
    assert epg("watches", "remove", "1", "--dry-run") == "would remove watch 1, Films, of epg-admin\n"
    assert "add --yes to say that you mean it" in epg("watches", "remove", "1", status=2)
    epg("watches", "remove", "1", "--yes")
    assert epg("watches", "undo") == "undone: watch 1 removed\n"
    assert epg.json("watches", "show", "1")["name"] == "Films"
    epg("targets", "set", "phone", "--name", "bell", "--off", "--digest-at", "08:30")
    assert "whsec_" in epg("targets", "set", "bell", "--new-secret")
    assert "whsec_" not in epg("targets", "set", "bell", "--digest-at", "none")
    assert "add --yes" in epg("targets", "remove", "bell", status=2)
    epg("targets", "remove", "bell", "--yes")
    epg("watches", "undo")
    assert [row["name"] for row in epg.json("targets", "list")] == ["bell"]
    assert epg.json("watches", "list", "--owner", "somebody") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("watches", "add", "pattern", "("), "RE2 cannot read the pattern"),
        (("watches", "add", "title", "!!"), "value must have a letter or a digit"),
        (("watches", "add", "series", "999"), "there is no series 999 in the guide; look for it at /guide/series"),
        (("watches", "add", "words", "x", "--lead", "9999"), "9999 is not in the range 0<=x<=1440"),
        (("watches", "add", "words", "x", "--from", "8pm"), "--from must be a time of the day such as 20:15"),
        (("watches", "add", "words", "x", "--to", "24:00", "--dry-run"), "--to must be a time of the day"),
        (("watches", "add", "words", "x", "--channel", "none.uk"), "there is no channel 'none.uk'"),
        (("watches", "add", "words", "x", "--target", "none"), "there is no target 'none'"),
        (("watches", "add", "words", "x", "--timezone", "Nowhere"), "unknown time zone"),
        (("watches", "show", "7"), "there is no watch 7; see: epg-ingest watches list"),
        (("watches", "set", "7"), "there is no watch 7"),
        (("watches", "undo"), "there is no change of watches or targets to take back"),
        (("targets", "add", "x", "no-address"), "url must be an address"),
        (("targets", "add", "x", "https://"), "url must"),
        (("targets", "add", "x", "https://hooks.example/x", "--digest-at", "8"), "--digest-at must be a time of the day"),
        (("targets", "add", "1", "https://hooks.example/x"), "name must be"),
        (("targets", "add", "x", "https://hooks.example/x", "--secret", "short"), "the secret must be whsec_"),
        (("targets", "test", "x"), "there is no target 'x'; see: epg-ingest targets list"),
    ],
)  # fmt: skip
def test_mistakes_get_one_line(epg: Commands, words: tuple[str, ...], said: str) -> None:
    answer = epg(*words, status=2)
    assert said in answer and answer.count("\n") == 1


def test_a_test_that_does_not_arrive_has_a_status(epg: Commands) -> None:
    epg("targets", "add", "gone", "http://127.0.0.1:9/x")
    assert "did not arrive: 127.0.0.1 could not be reached" in epg("targets", "test", "gone", status=1)


def test_a_replica_sends_nothing(epg: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_ROLE", "replica")
    assert "a replica sends no alerts" in epg("alerts", "send", status=2)

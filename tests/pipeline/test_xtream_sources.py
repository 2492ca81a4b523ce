"""Providers that are accounts of Xtream panels: their guide, and what a panel says of an account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epg_ingest.guide.providers import update_provider

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import NOON, Guide
from tests.pipeline.provider_sources import GOOD, add, feeds, fresh, guide_of, passed, run

__all__ = ["feeds", "fresh"]

ACCOUNT = {"auth": 1, "status": "Active", "exp_date": None}


def panel(feeds: FeedServer, body: bytes = GOOD, **state: Any) -> str:
    """The address of an account, whose guide is `body`."""
    said = json.dumps({"user_info": {**ACCOUNT, **state}, "server_info": {}}).encode()
    for path, answer in (("/player_api.php", said), ("/xmltv.php", body)):
        feeds.serve(f"{path}?username=canary-user&password=canary%2Fpass", answer)
    return feeds.url(user="canary-user:canary%2Fpass")


def test_an_xtream_account_gives_its_guide(guide: Guide, feeds: FeedServer) -> None:
    add(guide, panel(feeds), kind="xtream")
    assert run(guide)["programs_imported"] == 120
    assert [hit.path.partition("?")[0] for hit in feeds.hits] == ["/player_api.php", "/xmltv.php"]
    assert "canary" not in json.dumps(
        guide.rows("SELECT * FROM providers") + guide.rows("SELECT * FROM import_log")
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"status": "Expired", "exp_date": "1700000000"}, "has expired since 2023-11-14"),
        ({"status": "Active", "exp_date": str(NOON - 60)}, "has expired since"),
        ({"status": "Banned"}, "is banned"),
        ({"status": "Disabled", "exp_date": 1}, "is disabled"),
        ({"auth": 0}, "does not know this user name"),
    ],
)
def test_an_account_that_may_not_be_used_says_so_in_one_line(
    guide: Guide, feeds: FeedServer, state: dict[str, Any], said: str
) -> None:
    url = panel(feeds)
    add(guide, url, kind="xtream")
    run(guide)
    before = guide.stored()
    panel(feeds, guide_of(60), **state)
    row = run(guide, now=NOON + 60)
    assert (row["status"], row["error_code"]) == ("failed", "account")
    assert said in row["error_message"] and "\n" not in row["error_message"]
    assert "canary" not in row["error_message"]
    assert guide.stored() == before


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b'{"user_info": []}', b'{"user_info": {"status": null}}', None]
)
def test_a_panel_that_does_not_say_is_asked_for_its_guide(
    guide: Guide, feeds: FeedServer, answer: bytes | None
) -> None:
    url = panel(feeds)
    state = "/player_api.php?username=canary-user&password=canary%2Fpass"
    feeds.fail(state, [404]) if answer is None else feeds.serve(state, answer)
    add(guide, url, kind="xtream")
    assert run(guide)["status"] == "success"


def test_another_server_of_an_account_has_its_user_name(guide: Guide, feeds: FeedServer) -> None:
    with FeedServer("127.0.0.2") as other:
        panel(other)
        add(guide, panel(feeds, status="Banned"), other.url(), kind="xtream")
        row = run(guide)
        assert (row["status"], row["source"], len(other.hits)) == ("success", 2, 2)
        assert "is banned" in passed(guide, row)[0]


def test_a_user_name_and_a_password_are_put_into_the_address(guide: Guide, feeds: FeedServer) -> None:
    panel(feeds)
    add(guide, feeds.url("/"), kind="xtream", username="canary-user", password="canary/pass")
    assert run(guide)["status"] == "success"
    update_provider(guide.db, guide.vault, "tv", {"password": "other:pass"}, now=NOON + 1)
    assert guide.vault.get("tv").url == f"http://canary-user:other%3Apass@127.0.0.1:{feeds.port}/"

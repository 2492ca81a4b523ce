"""A session ends with its token and with signing out, and nobody can try many tokens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from epg_web.admin import signin
from epg_web.admin.forms import LOGIN
from epg_web.base import sessions
from epg_web.bounds import guesses

from tests.helpers.admin_site import ADMIN, PROVIDERS, TOKEN, Browser, fill, served

OTHER = "another-token-that-is-long-enough"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    monkeypatch.setenv("DATASETTE_SECRET", "the same for all instances")
    monkeypatch.setattr(signin, "DELAY", 0)
    return fill(tmp_path / "bundle")


async def signed_in(ds: Any, token: str = TOKEN) -> Browser:
    browser = Browser(ds)
    assert (await browser.send(LOGIN, token=token)).status_code == 303
    assert (await browser.get(PROVIDERS)).status_code == 200
    return browser


async def sign_out(browser: Browser) -> None:
    await browser.get("/-/logout")
    await browser.request("POST", "/-/logout", {"csrftoken": browser.cookies.get("ds_csrftoken", "")})


async def test_a_session_ends_with_its_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(folder, secret="same") as ds:
        kept = (await signed_in(ds)).cookies["ds_actor"]
    for token, status in ((OTHER, 303), (TOKEN, 200)):
        monkeypatch.setenv("EPG_API_TOKEN", token)
        async with served(folder, secret="same") as ds:
            browser = Browser(ds)
            browser.cookies["ds_actor"] = kept
            assert (await browser.get(PROVIDERS)).status_code == status
            shown = (await browser.get("/-/actor.json")).json()["actor"]
            assert shown == (ADMIN if status == 200 else None)


async def test_without_a_token_no_session_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(folder, secret="same") as ds:
        kept = (await signed_in(ds)).cookies["ds_actor"]
    monkeypatch.delenv("EPG_API_TOKEN")
    async with served(folder, secret="same") as ds:
        browser = Browser(ds)
        browser.cookies["ds_actor"] = kept
        assert (await browser.get(PROVIDERS)).status_code == 303


async def test_signing_out_ends_the_session(folder: Path) -> None:
    """A copy of the cookie does not work any more: not here, not in another process, not after a restart."""
    async with served(folder, secret="same") as ds, served(folder, secret="same") as other:
        browser, second = await signed_in(ds), await signed_in(ds)
        kept = browser.cookies["ds_actor"]
        elsewhere = Browser(other)
        elsewhere.cookies["ds_actor"] = kept
        assert (await elsewhere.get(PROVIDERS)).status_code == 200
        await sign_out(browser)
        for copy in (Browser(ds), elsewhere):
            copy.cookies["ds_actor"] = kept
            assert (await copy.get(PROVIDERS)).status_code == 303
        assert (await second.get(PROVIDERS)).status_code == 200
    assert kept.encode() not in (folder / "epg.signed-out").read_bytes()
    assert (folder / "epg.signed-out").stat().st_mode & 0o777 == 0o600
    async with served(folder, secret="same") as ds:
        again = Browser(ds)
        again.cookies["ds_actor"] = kept
        assert (await again.get(PROVIDERS)).status_code == 303


async def test_another_site_cannot_sign_somebody_out(folder: Path) -> None:
    async with served(folder) as ds:
        browser = await signed_in(ds)
        await browser.get("/-/logout")
        await browser.request("POST", "/-/logout", {"csrftoken": "guessed"}, other_site=True)
        assert (await browser.get(PROVIDERS)).status_code == 200


async def test_other_cookies_stay_when_a_session_is_over(folder: Path) -> None:
    async with served(folder) as ds:
        browser = await signed_in(ds)
        browser.cookies["epg_tz"] = "Asia/Tokyo"
        kept = browser.cookies["ds_actor"]
        await sign_out(browser)
        browser.cookies["ds_actor"] = kept
        assert "Asia/Tokyo" in (await browser.get("/guide")).text


async def test_cookies_of_other_plugins_are_left_alone(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds)
        browser.cookies["ds_actor"] = ds.sign({"a": ADMIN}, "actor")
        assert (await browser.get(PROVIDERS)).status_code == 200


@pytest.mark.parametrize(
    "changed", [{"t": "0" * 32}, {"t": None}, {"t": 1}, {"a": {"id": "root"}}, {"s": None}]
)
async def test_a_session_needs_all_its_parts(folder: Path, changed: dict[str, Any]) -> None:
    async with served(folder) as ds:
        kept = ds.unsign(sessions.new_session(ds, ADMIN, TOKEN), "actor")
        browser = Browser(ds)
        browser.cookies["ds_actor"] = ds.sign({**kept, **changed}, "actor")
        status = 200 if changed == {"s": None} else 303
        assert (await browser.get(PROVIDERS)).status_code == status


def test_ended_sessions_are_forgotten_when_they_would_be_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = sessions.EndedSessions(str(tmp_path / "epg.db"))
    ended.add("one")
    assert "one" in ended
    assert "two" not in ended
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + (sessions.DAYS + 1) * 86_400)
    ended.add("two")
    assert len((tmp_path / "epg.signed-out").read_text().splitlines()) == 1
    assert "two" in sessions.EndedSessions(str(tmp_path / "epg.db"))


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("")
    (tmp_path / "epg.signed-out").symlink_to(target)
    ended = sessions.EndedSessions(str(tmp_path / "epg.db"))
    ended.add("one")
    assert "one" in ended
    assert target.read_text() == ""


async def test_ten_wrong_bearer_tokens_are_enough(folder: Path) -> None:
    async with served(folder) as ds:
        paths = ["/api/v1/channels", "/-/actor.json", "/epg/channels.json", "/", "/api/v1/import/trigger"]
        for number in range(guesses.GUESSES):
            answer = await ds.client.get(
                paths[number % 5], headers={"Authorization": f"Bearer guess-{number}"}
            )
            assert answer.status_code != 429
        for path in paths:
            answer = await ds.client.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
            assert (await ds.client.get(path)).status_code != 429
        assert (await Browser(ds).send(LOGIN, token=TOKEN)).status_code == 429


async def test_right_tokens_are_not_counted(folder: Path) -> None:
    async with served(folder) as ds:
        for _ in range(3 * guesses.GUESSES):
            answer = await ds.client.get("/api/v1/providers", headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == 200

"""`/-/epg/login`: the API's token becomes a signed cookie, and nothing else does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from datasette.utils import baseconv
from epg_web.admin import signin
from epg_web.admin.forms import LOGIN
from epg_web.bounds import guesses

from tests.helpers.admin_site import (
    ADDRESSES,
    ADMIN,
    NOBODY,
    PROVIDERS,
    SECRET,
    TOKEN,
    Browser,
    configure,
    fill,
    served,
)

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPG_API_TOKEN", TOKEN)
    monkeypatch.setattr(signin, "DELAY", 0)
    return fill(tmp_path / "bundle")


async def sign_in(browser: Browser, token: str, **typed: str) -> Any:
    return await browser.send(LOGIN, token=token, **typed)


async def test_the_token_signs_in_and_log_out_takes_it_away(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds)
        asked = await browser.get(f"{PROVIDERS}?tz=Europe/Lisbon")
        page = await browser.follow(asked)
        assert page.status_code == 200
        assert 'type="password"' in page.text
        assert page.headers["cache-control"].endswith("no-store")

        answer = await browser.send(asked.headers["location"], token=f" {TOKEN}\n")
        assert answer.headers["location"] == f"{PROVIDERS}?tz=Europe/Lisbon"
        cookie = answer.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=lax", "max-age=2592000"))
        assert "secure" not in cookie
        kept = ds.unsign(browser.cookies["ds_actor"], "actor")
        assert kept["a"] == ADMIN
        assert abs(int(baseconv.base62.decode(kept["e"])) - time.time() - 30 * 86_400) < 60
        assert TOKEN not in str(browser.cookies)

        assert (await browser.get(PROVIDERS)).status_code == 200
        assert "signed in as <strong>epg-admin</strong>" in (await browser.get(LOGIN)).text
        await browser.request("POST", "/-/logout", {"csrftoken": browser.cookies.get("ds_csrftoken", "")})
        assert (await browser.get(PROVIDERS)).status_code == 303


async def test_the_cookie_is_secure_over_https(folder: Path) -> None:
    async with served(folder, settings={"force_https_urls": True}) as ds:
        answer = await sign_in(Browser(ds), TOKEN)
        assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "token", ["", " ", "wrong", TOKEN[:-1], TOKEN + "x", "tökën-that-is-long", "x" * 100_000, "a\0b", "%00"]
)
async def test_no_other_token_signs_in(folder: Path, token: str) -> None:
    async with served(folder) as ds:
        browser = Browser(ds)
        answer = await sign_in(browser, token)
        assert answer.status_code == 401
        assert answer.text.count(signin.WRONG) == 1
        assert "ds_actor" not in browser.cookies
        assert not token.strip("\0 ") or f'value="{token}"' not in answer.text


async def test_without_a_token_nobody_signs_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPG_API_TOKEN")
    async with served(folder) as ds:
        browser = Browser(ds)
        page = (await browser.get(LOGIN)).text
        assert "EPG_API_TOKEN" in page
        assert 'type="password"' not in page
        csrf = ds.sign("any", "csrftoken")
        browser.cookies["ds_csrftoken"] = csrf
        for token in ("", "None", TOKEN):
            answer = await browser.request("POST", LOGIN, {"csrftoken": csrf, "token": token})
            assert answer.status_code == 401


async def test_guessing_is_slowed_down_for_one_address(folder: Path) -> None:
    async with served(folder) as ds:
        browser = Browser(ds)
        statuses = [(await sign_in(browser, f"guess {n}")).status_code for n in range(guesses.GUESSES)]
        assert statuses == [401] * guesses.GUESSES
        refused = await sign_in(browser, TOKEN)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        kept = guesses.guesses_of(ds)
        (client,) = kept.times
        assert not kept.too_many("somebody else", time.monotonic())
        assert not kept.too_many(client, time.monotonic() + guesses.WINDOW)


def test_the_memory_of_wrong_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MAX_ADDRESSES", 3)
    kept = guesses.Guesses()
    for number in range(10):
        kept.wrong(f"192.0.2.{number}", 0.0)
    assert list(kept.times) == ["192.0.2.7", "192.0.2.8", "192.0.2.9"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
        "javascript:alert(1)", "evil.example", "/a b", "/" + "x" * 3_000, "/\r\nSet-Cookie: a=b", "",
    ],
)  # fmt: skip
async def test_nobody_is_sent_to_another_site(folder: Path, elsewhere: str) -> None:
    async with served(folder) as ds:
        answer = await sign_in(Browser(ds), TOKEN, next=elsewhere)
        assert answer.headers["location"] == PROVIDERS


async def test_next_keeps_its_letters(folder: Path) -> None:
    async with served(folder) as ds:
        answer = await sign_in(Browser(ds), TOKEN, next="/-/epg/mappings?q=ä%20b&tz=UTC")
        assert answer.headers["location"] == "/-/epg/mappings?q=%C3%A4%20b&tz=UTC"


@pytest.mark.parametrize("path", [LOGIN, *ADDRESSES])
@pytest.mark.parametrize("actor", [None, NOBODY, ADMIN])
async def test_who_may_see_and_send_what(folder: Path, path: str, actor: Any) -> None:
    async with served(folder) as ds:
        browser = Browser(ds, actor)
        answer = await browser.get(path)
        expected = 200 if path == LOGIN or actor == ADMIN else 303 if actor is None else 403
        assert answer.status_code == expected
        if expected == 303:
            assert answer.headers["location"].startswith(f"{LOGIN}?next=%2F-%2Fepg%2F")
        if actor != ADMIN:
            assert SECRET not in answer.text
            assert "feeds.example" not in answer.text

        for sender in (Browser(ds, actor), browser):
            sent = await sender.request("POST", path, {"token": TOKEN, "action": "import"}, other_site=True)
            takes_forms = path != "/-/epg/imports"
            assert sent.status_code in ((403,) if takes_forms else (403, 405))
            assert "ds_actor" not in sent.cookies


@pytest.mark.parametrize("path", [LOGIN, *ADDRESSES])
async def test_a_bearer_token_does_not_take_the_place_of_the_form_token(folder: Path, path: str) -> None:
    """Another site can have a browser send cookies and any bearer token, and asgi-csrf lets that pass."""
    async with served(folder) as ds:
        cookies = {"ds_actor": ds.sign({"a": ADMIN}, "actor"), "ds_csrftoken": ds.sign("x", "csrftoken")}
        for given in (cookies, {}):
            sent = await ds.client.post(path, data={"action": "import"}, cookies=given, headers=BEARER)
            assert sent.status_code in (403, 405)


async def test_a_form_that_is_none_is_refused(folder: Path) -> None:
    async with served(folder) as ds:
        csrf = ds.sign("x", "csrftoken")
        cookies = {"ds_actor": ds.sign({"a": ADMIN}, "actor"), "ds_csrftoken": csrf}
        for kind, body in (
            ("application/json", b"{}"),
            ("text/plain", f"csrftoken={csrf}".encode()),
            ("application/x-www-form-urlencoded", f"csrftoken={csrf}&action=%ff".encode()),
            ("application/x-www-form-urlencoded", f"csrftoken={csrf}".encode() + b"&a=b" * 200),
            ("application/x-www-form-urlencoded", b"\xff"),
        ):
            headers = {"content-type": kind, "x-csrftoken": csrf}
            sent = await ds.client.post(PROVIDERS, content=body, cookies=cookies, headers=headers)
            assert sent.status_code in (400, 403), (kind, body[:20])
            assert "Traceback" not in sent.text


async def test_everything_works_below_a_prefix(folder: Path) -> None:
    async with served(folder, settings={"base_url": "/tv/"}) as ds:
        browser = Browser(ds)
        asked = await browser.get(PROVIDERS)
        assert asked.headers["location"] == f"/tv{LOGIN}?next=%2Ftv%2F-%2Fepg%2Fproviders"
        answer = await browser.send(LOGIN, token=TOKEN, next=f"/tv{PROVIDERS}")
        assert answer.headers["location"] == f"/tv{PROVIDERS}"
        page = (await browser.get(PROVIDERS)).text
        assert f'action="/tv{PROVIDERS}"' in page
        assert f'href="{PROVIDERS}' not in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(folder: Path, method: str) -> None:
    async with served(folder) as ds:
        assert (await ds.client.request(method, PROVIDERS, headers=BEARER)).status_code == 405


async def test_a_permission_given_to_another_actor_is_enough(folder: Path) -> None:
    path = folder / "metadata.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: [epg-admin, root]", "id: [somebody]", 1), encoding="utf-8")
    configure(folder, "cache_mb: 1")
    async with served(folder) as ds:
        browser = Browser(ds, NOBODY)
        page = await browser.get(PROVIDERS)
        assert page.status_code == 200
        assert "Import all now" not in page.text
        assert (await browser.send(PROVIDERS, where="provider", action="import")).status_code == 403
        assert (await Browser(ds, ADMIN).get(PROVIDERS)).status_code == 403

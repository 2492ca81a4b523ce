"""Where a request came from: which proxies are believed, what `public_url` changes, and what the settings may be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from epg_web.base import access
from epg_web.base.proxy import Proxies, networks, proxies_of

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment, serving

LOOPBACK = networks(["127.0.0.0/8", "::1"])


def scope(path: str = "/guide", client: Any = ("203.0.113.9", 1234), **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "scheme": "http", "path": path, "raw_path": path.encode(), "client": client,
            "headers": [(b"host", b"inner:8001"), *pairs]}  # fmt: skip


def seen(found: Proxies, asked: dict[str, Any]) -> tuple[str, str, Any, str]:
    """Scheme, host, address of the client, path."""
    made = found.seen(asked)
    hosts = [value.decode() for name, value in made["headers"] if name == b"host"]
    assert len(hosts) == 1
    assert made["raw_path"].decode() == made["path"]
    return made["scheme"], hosts[0], made["client"] and made["client"][0], made["path"]


FORWARDED = {
    "x_forwarded_host": "tv.example:8443",
    "x_forwarded_proto": "https",
    "x_forwarded_for": "198.51.100.7",
}
PLAIN = ("http", "inner:8001", "203.0.113.9", "/guide")


@pytest.mark.parametrize(
    ("client", "trusted", "expected"),
    [
        (("127.0.0.1", 5), LOOPBACK, ("https", "tv.example:8443", "198.51.100.7", "/guide")),
        (("127.9.9.9", 5), LOOPBACK, ("https", "tv.example:8443", "198.51.100.7", "/guide")),
        (("::1", 5), LOOPBACK, ("https", "tv.example:8443", "198.51.100.7", "/guide")),
        # A Unix socket has no address.
        (None, LOOPBACK, ("https", "tv.example:8443", None, "/guide")),
        (None, (), ("http", "inner:8001", None, "/guide")),
        # uvicorn has put the client in the proxy's place.
        (("198.51.100.7", 0), LOOPBACK, ("https", "tv.example:8443", "198.51.100.7", "/guide")),
        (
            ("198.51.100.7", 0),
            networks(["127.0.0.1"]),
            ("https", "tv.example:8443", "198.51.100.7", "/guide"),
        ),
        (("198.51.100.7", 0), networks(["10.0.0.0/8"]), ("http", "inner:8001", "198.51.100.7", "/guide")),
        (("198.51.100.7", 0), (), ("http", "inner:8001", "198.51.100.7", "/guide")),
        (("10.1.2.3", 5), networks(["10.0.0.0/8"]), ("https", "tv.example:8443", "198.51.100.7", "/guide")),
        (("203.0.113.9", 5), LOOPBACK, PLAIN),
        (("127.0.0.1", 5), (), ("http", "inner:8001", "127.0.0.1", "/guide")),
        (("10.1.2.3", 5), LOOPBACK, ("http", "inner:8001", "10.1.2.3", "/guide")),
        (("not an address", 5), LOOPBACK, ("http", "inner:8001", "not an address", "/guide")),
    ],
)
def test_only_trusted_proxies_are_believed(client: Any, trusted: Any, expected: Any) -> None:
    assert seen(Proxies("", None, trusted), scope(client=client, **FORWARDED)) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_forwarded_host": "evil.example, tv.example"}, ("http", "tv.example")),
        ({"x_forwarded_host": "a b"}, ("http", "inner:8001")),
        ({"x_forwarded_host": "tv.example/path"}, ("http", "inner:8001")),
        ({"x_forwarded_host": "user@tv.example"}, ("http", "inner:8001")),
        ({"x_forwarded_host": "tv.example:99999"}, ("http", "inner:8001")),
        ({"x_forwarded_host": "tv.example:65536"}, ("http", "inner:8001")),
        ({"x_forwarded_host": "tv.example:65535"}, ("http", "tv.example:65535")),
        ({"x_forwarded_host": "[2001:db8::1]:443"}, ("http", "[2001:db8::1]:443")),
        ({"x_forwarded_host": ""}, ("http", "inner:8001")),
        ({"x_forwarded_proto": "HTTPS"}, ("https", "inner:8001")),
        ({"x_forwarded_proto": "http, https"}, ("https", "inner:8001")),
        ({"x_forwarded_proto": "javascript"}, ("http", "inner:8001")),
    ],
)
def test_what_a_proxy_may_say(headers: dict[str, str], expected: Any) -> None:
    assert seen(Proxies("", None, LOOPBACK), scope(client=("127.0.0.1", 5), **headers))[:2] == expected


def test_the_client_is_the_last_that_is_no_proxy() -> None:
    found = Proxies("", None, networks(["127.0.0.1", "10.0.0.0/8"]))
    passed = "1.1.1.1, 198.51.100.7, 10.0.0.2"
    assert seen(found, scope(client=("127.0.0.1", 5), x_forwarded_for=passed))[2] == "198.51.100.7"
    assert seen(found, scope(client=("127.0.0.1", 5), x_forwarded_for="10.0.0.2"))[2] == "10.0.0.2"
    assert seen(found, scope(client=("127.0.0.1", 5)))[2] == "127.0.0.1"


@pytest.mark.parametrize(
    ("front", "path", "expected"),
    [
        ("", "/guide", "/guide"),
        ("/tv", "/tv/guide", "/guide"),
        ("/tv", "/guide", "/guide"),
        ("/tv", "/tv/", "/"),
        ("/tv", "/tvguide", "/tvguide"),
        ("/a/b", "/a/b/epg/on_now", "/epg/on_now"),
        ("/a/b", "/a/guide", "/a/guide"),
        # Nobody can tell whether it was removed.
        ("/epg", "/epg/on_now", "/epg/on_now"),
    ],
)
def test_the_path_is_without_base_url(front: str, path: str, expected: str) -> None:
    assert seen(Proxies(front, None, ()), scope(path))[3] == expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/guide?a=1", "/tv/guide?a=1"),
        ("/tv/guide", "/tv/guide"),
        ("/tv", "/tv"),
        ("/", "/tv/"),
        ("guide", "guide"),
        ("?a=1", "?a=1"),
        ("https://example.com/", "https://example.com/"),
        ("//example.com/", "//example.com/"),
    ],
)
def test_redirects_stay_below_base_url(location: str, expected: str) -> None:
    assert Proxies("/tv", None, ()).led(location) == expected


def test_public_url_is_for_every_request() -> None:
    found = proxies_of({"public_url": "https://guide.example.org/tv/"}, "/tv/")
    for client in (("203.0.113.9", 5), ("127.0.0.1", 5)):
        assert seen(found, scope("/tv/guide", client, **FORWARDED))[:2] == ("https", "guide.example.org")


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPG_PUBLIC_URL", "http://[::1]:8001")
    found = proxies_of({"public_url": "https://guide.example.org"}, "/")
    assert seen(found, scope())[:2] == ("http", "[::1]:8001")


@pytest.mark.parametrize(
    ("variable", "settings", "trusted", "untrusted"),
    [
        (None, {}, ["127.0.0.1", "::1"], ["10.0.0.2"]),
        ("*", {}, ["127.0.0.1", "::1", "203.0.113.9", "2001:db8::1"], []),
        ("10.0.0.0/8, 192.0.2.1", {}, ["10.0.0.2", "192.0.2.1"], ["127.0.0.1", "192.0.2.2"]),
        ("", {}, [], ["127.0.0.1", "::1"]),
        ("*", {"trusted_proxies": []}, [], ["127.0.0.1", "10.0.0.2"]),
        ("*", {"trusted_proxies": ["10.0.0.0/8"]}, ["10.0.0.2"], ["127.0.0.1"]),
    ],
)
def test_whom_the_settings_trust(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, settings: Any, trusted: Any, untrusted: Any
) -> None:
    if variable is None:
        monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    else:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", variable)
    found = proxies_of(settings, "/")
    for peer in trusted:
        assert seen(found, scope(client=(peer, 5), **FORWARDED))[:2] == ("https", "tv.example:8443"), peer
    for peer in untrusted:
        assert seen(found, scope(client=(peer, 5), **FORWARDED))[:3] == ("http", "inner:8001", peer), peer


def test_what_the_variable_of_uvicorn_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.0/8,proxy.example")
    with pytest.raises(ValueError, match=r"^FORWARDED_ALLOW_IPS: 'proxy\.example' does not appear to be"):
        proxies_of({}, "/")


@pytest.mark.parametrize(
    ("host", "status"),
    [("tv.example", 200), ("tv.example:8001", 200), ("[2001:db8::1]:80", 200), ("epg_web", 200), ("a b", 400),
     ('evil.example"><script>', 400), ("a/b", 400), ("user@tv.example", 400), ("tv.example:99999", 400), ("", 400)],
)  # fmt: skip
async def test_a_host_is_a_name_or_an_address(tmp_path: Path, host: str, status: int) -> None:
    async with serving(config_dir=bundle(tmp_path)) as ds:
        answer = await ds.client.get("/changes.atom", headers={"host": host})
    assert answer.status_code == status
    assert status == 200 or answer.text == "400 the Host header is neither a name nor an address\n"


@pytest.mark.parametrize(
    "url",
    ["guide.example.org", "ftp://guide.example.org", "https://", "https://u:p@guide.example.org", "https://a.b/?q=1",
     "https://a.b/#x", "https://a.b:99999", "https://a b", 5, ["https://a.b"]],
)  # fmt: skip
def test_what_is_no_public_url(url: Any) -> None:
    assert str(access.wrong_with({"public_url": url})).startswith(
        "public_url must be the address of the site"
    )


@pytest.mark.parametrize("proxies", ["127.0.0.1", [1], ["localhost"], ["10.0.0.0/33"], {"a": 1}])
def test_what_are_no_proxies(proxies: Any) -> None:
    assert str(access.wrong_with({"trusted_proxies": proxies})).startswith("trusted_proxies")


def test_what_the_settings_may_be() -> None:
    good: list[dict[str, Any]] = [
        {"public_url": "https://guide.example.org"},
        {"public_url": "http://127.0.0.1:8001/tv/"},
        {"trusted_proxies": []},
        {"trusted_proxies": ["10.0.0.7/8", "2001:db8::/32", "192.0.2.1"]},
    ]
    assert [access.wrong_with(found) for found in good] == [None] * len(good)


def test_public_url_and_base_url_must_agree() -> None:
    with pytest.raises(ValueError, match="base_url must be /tv/ and not /"):
        proxies_of({"public_url": "https://example.org/tv"}, "/")
    with pytest.raises(ValueError, match="base_url must be / and not /tv/"):
        proxies_of({"public_url": "https://example.org"}, "/tv/")


def bundle(folder: Path, plugin: str = "", **settings: Any) -> Path:
    copy_bundle(folder)
    conn = make_guide(folder / "epg.db")
    add(conn, 1, moment(-1), moment(3), "News")
    conn.close()
    text = (folder / "metadata.yaml").read_text().replace("  datasette-epg:\n", f"  datasette-epg:\n{plugin}")
    (folder / "metadata.yaml").write_text(text)
    kept = json.loads((folder / "settings.json").read_text()) | settings
    (folder / "settings.json").write_text(json.dumps(kept))
    return folder


#: answers with absolute addresses
ABSOLUTE = (
    "/guide/use",
    "/channels/1.ics",
    "/search.atom?q=news",
    "/guide/opensearch.xml",
    "/-/epg/api",
    "/epg/guide",
)


@pytest.mark.parametrize(
    ("plugin", "origin"),
    [
        ("", "https://tv.example"),
        ("    trusted_proxies: []\n", "http://localhost"),
        ("    public_url: http://guide.example.org:8080\n", "http://guide.example.org:8080"),
    ],
)
async def test_every_absolute_address_follows(tmp_path: Path, plugin: str, origin: str) -> None:
    headers = {"x-forwarded-host": "tv.example", "x-forwarded-proto": "https"}
    async with serving(config_dir=bundle(tmp_path, plugin)) as ds:
        for path in ABSOLUTE:
            answer = await ds.client.get(path, headers=headers)
            text = answer.text.replace("\r\n ", "") + answer.headers.get("link", "")
            origins = set(
                re.findall(r"https?://(?:localhost|tv\.example|guide\.example\.org)(?::\d+)?", text)
            )
            assert origins == {origin}, path


async def test_settings_that_do_not_fit_stop_the_start(tmp_path: Path) -> None:
    folder = bundle(tmp_path, "    public_url: https://example.org/tv\n")
    with pytest.raises(click.ClickException, match="base_url must be /tv/"):
        async with serving(config_dir=folder):
            raise AssertionError("it started")


async def test_a_prefix_that_is_an_address_of_the_site_is_named_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(config_dir=bundle(tmp_path, base_url="/epg/")) as ds:
        assert "base_url /epg/ is also an address of this site" in caplog.text
        # A proxy that keeps it works; the client puts it in front.
        for path in ("/epg/on_now", "/guide/channel/1", "/"):
            assert (await ds.client.get(path)).status_code == 200

"""What may be published of a URL, and that nothing else gets through."""

from __future__ import annotations

import base64

import pytest
from epg_ingest.core.redact import redact, redact_url, secrets_of
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/guide.xml", "https://example.org/…"),
        ("https://user:pa55@example.org/guide.xml", "https://example.org/…"),
        ("http://example.org:8080/get.php?username=u&password=p", "http://example.org:8080/…"),
        ("http://example.org?token=abc", "http://example.org/…"),
        ("http://example.org#token", "http://example.org/…"),
        ("http://user@example.org", "http://example.org/…"),
        ("http://u:p@ss@example.org/x", "http://example.org/…"),
        ("http://[::1]:8000/x", "http://[::1]:8000/…"),
        ("HTTP://Example.ORG/x", "HTTP://Example.ORG/…"),
        ("http://bücher.example/x", "http://bücher.example/…"),
        ("http://example.org", "http://example.org"),
        ("http://example.org:8080", "http://example.org:8080"),
        ("http://example.org/", "http://example.org/"),
        ("http://user:pa/ss@example.org/x", "http://…"),
        ("http:///guide.xml", "http://…"),
        ("ftp://user:pw@example.org/x", "ftp://example.org/…"),
        ("file:///srv/feeds/secret.xml", "file:…"),
        ("file:/srv/feeds/secret.xml", "file:…"),
        ("/srv/feeds/secret.xml", "file:…"),
        ("guide.xml", "file:…"),
        ("C:\\feeds\\guide.xml", "file:…"),
        ("", ""),
    ],
)
def test_redact_url(url: str, expected: str) -> None:
    assert redact_url(url) == expected


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("http://ann:s3cret@h/", {"ann", "s3cret", "ann:s3cret", base64.b64encode(b"ann:s3cret").decode()}),
        ("http://ann:p%40ss@h/", {"p%40ss", "p@ss", "ann:p@ss"}),
        ("http://t0ken@h/", {"t0ken"}),
        ("http://h/get.php?username=annie&password=hunter2&v=2", {"get.php", "annie", "hunter2"}),
        ("http://h/x?key=a%20b%2Fc+d", {"a%20b%2Fc+d", "a b/c+d", "a b/c d", "a+b%2Fc+d"}),
        ("http://h/x?BARETOKEN", {"BARETOKEN"}),
        ("http://h/x;sid=abcdef/y", {"x;sid=abcdef"}),
        ("http://h/feeds/PATHTOKEN/guide.xml", {"feeds", "PATHTOKEN", "guide.xml"}),
        ("http://h/p%C3%A9age/x", {"p%C3%A9age", "péage"}),
    ],
)
def test_secrets_of_a_url(url: str, secrets: set[str]) -> None:
    assert secrets <= secrets_of(url)


def test_short_parts_and_plain_names_are_no_secrets() -> None:
    assert secrets_of("http://h/v2/a?b=1&c=xyz") == frozenset()
    assert secrets_of("/srv/feeds/guide.xml") == frozenset()
    assert "username" not in secrets_of("http://h/?username=annie")


def test_secrets_of_headers() -> None:
    basic = base64.b64encode(b"ann:pw-of-ann").decode()
    found = secrets_of(
        "http://h/",
        {
            "Authorization": "Bearer abc.def",
            "Cookie": "session=c00kie; theme=d",
            "X-Api-Key": "k3y-k3y",
            "User-Agent": "Mozilla/5.0",
            "Proxy-Authorization": f"Basic {basic}",
        },
    )
    assert {"Bearer abc.def", "abc.def", "c00kie", "session=c00kie", "k3y-k3y", basic, "pw-of-ann"} <= found
    assert not {"Bearer", "Basic", "Mozilla/5.0", "session"} & found


def test_headers_may_be_pairs() -> None:
    assert "abc.def" in secrets_of("http://h/", [("authorization", "Bearer abc.def")])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cannot read http://u:p@h/x?t=1 now", "cannot read http://h/… now"),
        ("see 'https://h/a/b', then", "see 'https://h/…', then"),
        ("(http://h/a)", "(http://h/…)"),
        ("http://h/a http://i/b", "http://h/… http://i/…"),
        ("http://u:p'w@h/a", "http://h/…"),
        (
            "404 Client Error: Not Found for url: https://h/tok",
            "404 Client Error: Not Found for url: https://h/…",
        ),
        (
            "HTTPConnectionPool(host='h', port=80): Max retries with url: /get.php?p=1 (Caused by X)",
            "HTTPConnectionPool(host='h', port=80): Max retries with url: … (Caused by X)",
        ),
        ("open file:///srv/x.xml failed", "open file:… failed"),
        ("open file:/srv/x.xml failed", "open file:… failed"),
        ("visit http://example.org.", "visit http://example.org."),
    ],
)
def test_redact_urls_in_text(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_redact_secrets_in_text() -> None:
    secrets = secrets_of("http://ann:hunter22@h/PATHTOKEN/x?k=s3cr3t%21")
    text = "ann hunter22 ann:hunter22 /PATHTOKEN/x s3cr3t! s3cr3t%21 planned"
    assert redact(text, secrets) == "… … … /…/x … … planned"


def test_longer_secrets_go_first() -> None:
    assert redact("abcdefgh abcd", {"abcd", "abcdefgh"}) == "… …"


@pytest.mark.parametrize("text", ["", "12:30 no room", "file: not found", "a/b c://", "50% http", "…"])
def test_harmless_text_is_unchanged(text: str) -> None:
    assert redact(text) == text
    assert redact(text, secrets_of("http://host.example/")) == text


_SECRET = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=6, max_size=12).map(
    lambda s: "Zq9" + s
)
_WRAP = st.sampled_from(["{}", "<{}>", "'{}',", "error at {}: gone", "({})", '"{}"', "a={}&b"])


@given(user=_SECRET, password=_SECRET, segment=_SECRET, value=_SECRET, wrap=_WRAP)
def test_no_part_of_a_url_survives(user: str, password: str, segment: str, value: str, wrap: str) -> None:
    url = f"https://{user}:{password}@host.example/{segment}/x?key={value}"
    text = redact(wrap.format(url), secrets_of(url))
    alone = redact(f"{value} {segment} {password} {user}", secrets_of(url))
    assert not any(secret in text + alone for secret in (user, password, segment, value))
    assert "host.example" in text

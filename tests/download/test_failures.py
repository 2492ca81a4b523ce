"""What answers and exceptions mean: pure, as tables."""

from __future__ import annotations

import http.client
import socket
import ssl
from datetime import datetime, timezone

import pytest
import requests
import urllib3.exceptions as u
from epg_ingest.core.limits import Limits
from epg_ingest.download.failures import (
    MAX_BACKOFF,
    Failure,
    failure_of_exception,
    failure_of_status,
    retry_delay,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Thu, 01 Jan 2026 13:01:00 +0100", 60),
        ("Thu, 01 Jan 2026 12:01:00", 60),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5000, 9_999_999_999),
    ],
)
def test_retry_after(value: str | None, seconds: int | None) -> None:
    assert retry_delay(value, NOW) == seconds


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_that_pass(status: int) -> None:
    failure = failure_of_status("h", status, "7", NOW)
    assert (failure.wait(1, Limits()), failure.http_status, failure.code) == (7, status, "http")
    assert str(status) in failure.error(1).message


@pytest.mark.parametrize(
    "status", [204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 451, 501, 505, 599, 999]
)
def test_statuses_that_stay(status: int) -> None:
    failure = failure_of_status("h", status, "7", NOW)
    assert failure.wait(1, Limits()) is None
    assert str(status) in failure.error(1).message


def test_back_off_doubles_with_jitter_up_to_a_cap() -> None:
    failure, limits = Failure("what", "remedy", "http", retries=None), Limits(retries=20, backoff=2)
    for tries, expected in [(1, 2), (2, 4), (3, 8), (4, 16), (12, MAX_BACKOFF)]:
        waits = {failure.wait(tries, limits) for _ in range(20)}
        assert len(waits) > 1 and all(expected * 0.75 <= wait <= expected * 1.25 for wait in waits)


def test_retries_are_counted() -> None:
    limits = Limits(retries=2)
    again, once, never = (Failure("w", "r", "c", retries=retries) for retries in (None, 1, 0))
    assert [again.wait(tries, limits) is not None for tries in (1, 2, 3)] == [True, True, False]
    assert [once.wait(tries, limits) is not None for tries in (1, 2)] == [True, False]
    assert never.wait(1, limits) is None


def test_the_sentence() -> None:
    error = Failure("h answered 500", "try again later", "http", http_status=500).error(3)
    assert (error.message, error.code, error.http_status) == (
        "h answered 500 (3 tries); try again later",
        "http",
        500,
    )


def certificate_error(code: int) -> requests.exceptions.SSLError:
    error = ssl.SSLCertVerificationError("certificate verify failed: s3cr3t")
    error.verify_code = code
    return requests.exceptions.SSLError(u.MaxRetryError(None, "/s3cr3t", u.SSLError(error)))


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


UNKNOWN = u.MaxRetryError(None, "/s3cr3t", caused(u.HTTPError(), socket.gaierror(-2, "s3cr3t")))
REFUSED = u.ProtocolError("s3cr3t", ConnectionRefusedError(111, "s3cr3t"))
RESET = u.ProtocolError("s3cr3t", ConnectionResetError(104, "s3cr3t"))


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (requests.ConnectionError(UNKNOWN), "dns", "not known"),
        (requests.ConnectionError(REFUSED), "refused", "port"),
        (requests.ConnectionError(RESET), "connection", "lost"),
        (requests.ReadTimeout("s3cr3t"), "timeout", "60 s"),
        (u.ReadTimeoutError(None, "/s3cr3t", "s3cr3t"), "timeout", "download.read_timeout"),
        (
            requests.ConnectTimeout(caused(u.HTTPError(), TimeoutError())),
            "timeout",
            "download.connect_timeout",
        ),
        (u.ProtocolError("s3cr3t", http.client.IncompleteRead(b"s3cr3t", 5)), "shortbody", "broke off"),
        (requests.exceptions.ProxyError("s3cr3t", ConnectionRefusedError()), "connection", "proxy"),
        (requests.exceptions.InvalidURL("s3cr3t"), "scheme", "URL"),
        (http.client.BadStatusLine("s3cr3t"), "connection", "lost"),
        (ssl.SSLError("s3cr3t"), "tls", "https"),
        (certificate_error(10), "tls", "has expired"),
        (certificate_error(18), "tls", "self-signed"),
        (certificate_error(62), "tls", "another name"),
        (certificate_error(7), "tls", "cannot be verified"),
        (OSError("s3cr3t"), "connection", "lost"),
    ],
)
def test_exceptions(error: BaseException, code: str, words: str) -> None:
    failure = failure_of_exception("h.example", error, Limits())
    message = failure.error(1).message
    assert failure.code == code
    assert words in message and "s3cr3t" not in message and "\n" not in message


def test_what_the_caller_was_busy_with_is_no_cause() -> None:
    error = OSError("lost")
    error.__context__ = socket.gaierror(-2, "unknown")
    assert failure_of_exception("h", error, Limits()).code == "connection"

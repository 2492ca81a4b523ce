"""Messages on their way: signed, tried again for ten hours, without redirects, to permitted addresses, by one process."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.alerts import apprise_call
from epg_ingest.alerts.alert_pass import only_sender, run_pass, send_test
from epg_ingest.changes.watch_operations import perform_private
from epg_ingest.core.errors import DatabaseError, UsageError
from epg_ingest.watch_store import apprise_asking
from epg_ingest.watch_store.watch_edits import add_target, set_target
from epg_ingest.watches.retries import WAITS, Outcome, verdict
from epg_ingest.watches.signing import key_of, new_secret, signed_headers

from tests.alerts.alert_guide import OWNER, AlertGuide, on
from tests.helpers.feedserver import FeedServer
from tests.helpers.support import HOUR, NOON, feed, require

pytestmark = pytest.mark.slow

SECRET = "whsec_" + base64.b64encode(b"x" * 32).decode()


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[AlertGuide]:
    made = AlertGuide(tmp_path)
    yield made
    made.close()


def waiting(guide: AlertGuide) -> None:
    """An alert whose programme lasts until tomorrow, so that it may be tried for long."""
    guide.receiver.down = lambda moment: True
    guide.day(on("one.uk", 1, "Long"), on("one.uk", 40, "Other"))
    guide.db.execute(
        "UPDATE airings SET end_time = '2026-11-24T00:00:00Z' WHERE start_time = '2026-11-22T13:00:00Z'"
    )
    guide.watch("long", lead_minutes=120)


def test_the_convention_of_standard_webhooks() -> None:
    """The example of the convention's own text of signing: `id.timestamp.body` under the bytes behind whsec_."""
    headers = signed_headers(SECRET, "msg_1", 1_614_265_330, b'{"test": 1}')
    content = b'msg_1.1614265330.{"test": 1}'
    wanted = base64.b64encode(hmac.new(b"x" * 32, content, hashlib.sha256).digest()).decode()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1614265330",
        "webhook-signature": f"v1,{wanted}",
    }
    assert len(key_of(new_secret())) == 32
    for wrong in ("", "whsec_", "whsec_!!!!", "whsec_" + base64.b64encode(b"short").decode(), "x" * 50):
        with pytest.raises(ValueError) as error:
            key_of(wrong)
        assert not wrong or wrong not in str(error.value) or wrong == "whsec_"


def test_what_follows_from_an_attempt() -> None:
    lost = Outcome("it could not be reached")
    assert [verdict(lost, attempt).wait for attempt in range(1, 8)] == list(WAITS)
    assert WAITS[0] == 5 and WAITS[-1] == 10 * HOUR
    assert verdict(lost, 8).what == "failed"
    assert verdict(Outcome("gone", 410), 1).what == "ended"
    assert verdict(Outcome("busy", 503, after=90), 1).wait == 90
    assert verdict(Outcome("busy", 503, after=10**9), 1).wait == 10 * HOUR
    assert verdict(Outcome("never", final=True), 1).what == "failed"
    assert verdict(Outcome(status=200), 5).what == "sent"


def test_a_webhook_arrives_signed(guide: AlertGuide) -> None:
    bodies: list[bytes] = []
    with FeedServer() as server:
        url = server.serve("/hook", b"")

        def take(handler: Any) -> None:
            bodies.append(handler.rfile.read(int(handler.headers["Content-Length"])))
            handler.answer(204)

        server.paths["/hook"] = take
        add_target(
            guide.vault,
            OWNER,
            {"name": "real", "url": url, "secret": SECRET, "private_addresses": "allow"},
            NOON,
        )
        assert send_test(guide.vault, "real") == ""
    ((hit, body),) = zip(server.hits, bodies, strict=True)
    moment = int(hit.headers["webhook-timestamp"])
    wanted = signed_headers(SECRET, hit.headers["webhook-id"], moment, body)
    assert hit.method == "POST" and hit.headers["webhook-signature"] == wanted["webhook-signature"]
    said = json.loads(body)
    assert (
        said["type"] == "test" and said["data"]["title"] and hit.headers["Content-Type"] == "application/json"
    )


def test_no_redirects_no_private_addresses_no_proxies(
    guide: AlertGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FeedServer() as server, FeedServer() as elsewhere:
        there = elsewhere.serve("/hook", b"")
        server.paths["/moved"] = lambda handler: handler.answer(307, b"", {"Location": there})
        url = f"http://127.0.0.1:{server.port}/moved"
        add_target(guide.vault, OWNER, {"name": "moved", "url": url, "private_addresses": "allow"}, NOON)
        assert "redirects elsewhere (307)" in send_test(guide.vault, "moved")
        set_target(guide.vault, OWNER, "moved", {"private_addresses": "deny"}, NOON)
        assert "not at a public address" in send_test(guide.vault, "moved")
        set_target(guide.vault, OWNER, "moved", {"private_addresses": "allow"}, NOON)
        moved = set_target(guide.vault, OWNER, "moved", {"url": there}, NOON)
        assert moved.private_addresses == "deny", "a new address has not the access of the old one"
        monkeypatch.setenv("HTTP_PROXY", there)
        set_target(
            guide.vault, OWNER, "moved", {"url": "http://127.0.0.1:9/x", "private_addresses": "allow"}, NOON
        )
        assert "could not be reached" in send_test(guide.vault, "moved")
        assert elsewhere.hits == [] and len(server.hits) == 1


def test_a_receiver_that_is_down_for_hours_gets_everything_once(guide: AlertGuide) -> None:
    waiting(guide)
    tries = []
    for minutes in range(0, 20 * 60, 5):
        moment = NOON + minutes * 60
        before = guide.secrets("SELECT attempts FROM outbox")
        if minutes == 9 * 60:
            guide.receiver.down = lambda moment: False
        guide.at(moment)
        if guide.secrets("SELECT attempts FROM outbox") != before:
            tries.append(minutes)
    assert len(guide.receiver.got) == 1
    assert tries == sorted(tries) and 4 <= len(tries) <= 8, tries
    assert guide.secrets("SELECT state, attempts > 4 FROM outbox") == [("sent", 1)]
    assert (
        len(guide.secrets("SELECT * FROM deliveries")) == guide.secrets("SELECT attempts FROM outbox")[0][0]
    )


def test_what_came_too_late_is_not_sent(guide: AlertGuide) -> None:
    guide.receiver.down = lambda moment: moment < NOON + 3 * HOUR
    guide.day(on("one.uk", 1, "Short"), on("one.uk", 40, "Other"))
    guide.watch("short", lead_minutes=120)
    for minutes in range(0, 300, 10):
        guide.at(NOON + minutes * 60)
    assert guide.receiver.got == [] and guide.secrets("SELECT state FROM outbox") == [("expired",)]


def test_410_ends_a_target_until_it_is_turned_on_again(guide: AlertGuide) -> None:
    guide.day(on("one.uk", 1, "First"), on("one.uk", 2, "Second"), on("one.uk", 6, "Third"))
    guide.receiver.fails = [Outcome("hooks.example answered 410", 410)]
    guide.watch("first", lead_minutes=200)
    guide.watch("second", lead_minutes=200)
    assert guide.receiver.got == []
    assert guide.secrets("SELECT ended <> '' FROM alert_targets") == [(1,)]
    guide.at(NOON + HOUR)
    assert guide.receiver.got == []
    set_target(guide.vault, OWNER, "hook", {"enabled": True}, NOON)
    guide.watch("third", lead_minutes=400)
    assert guide.receiver.heard() == [("programme.starting", "Third")]


def test_the_counts_of_a_pass_say_what_became_of_each_alert(guide: AlertGuide) -> None:
    shows = [on("one.uk", hour, f"Film {hour}") for hour in range(1, 7)]
    guide.day(*shows, on("one.uk", 40, "Other"))
    guide.receiver.down = lambda moment: moment < NOON + 2 * HOUR
    guide.watch("film*", "words", lead_minutes=400, once_per="showing")

    def counts(moment: int) -> tuple[int, ...]:
        done = guide.at(moment)
        return done.waited, done.made, done.sent, done.given_up, done.dropped, done.waiting, done.again

    assert counts(NOON) == (6, 0, 0, 0, 0, 6, 0)
    assert counts(NOON + 5) == (6, 0, 0, 0, 0, 6, 1), "the others wait for the target"
    guide.load(
        "feed", feed([*shows[:-1], on("one.uk", 40, "Other")], [("one.uk", "One")]), now=NOON, force=True
    )
    guide.receiver.fails = [Outcome("hooks.example answered 410", 410)]
    assert counts(NOON + 2 * HOUR) == (6, 0, 0, 2, 4, 0, 0), "one is over, one is refused, one is gone"
    assert guide.secrets("SELECT state, count(*) FROM outbox GROUP BY state") == [
        ("dropped", 4),
        ("expired", 1),
        ("failed", 1),
    ]


def test_one_process_sends_and_a_replica_does_not(guide: AlertGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    with only_sender(guide.path):
        found: list[str] = []

        def second() -> None:
            try:
                run_pass(guide.path, guide.vault, deliver=guide.receiver)
            except DatabaseError as error:
                found.append(error.code)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert found == ["busy"]
    monkeypatch.setenv("EPG_ROLE", "replica")
    with pytest.raises(UsageError, match="a replica sends no alerts"):
        run_pass(guide.path, guide.vault, deliver=guide.receiver)


def test_a_slow_receiver_does_not_hold_up_the_others(guide: AlertGuide) -> None:
    add_target(guide.vault, OWNER, {"name": "slow", "url": "https://slow.example/x"}, NOON)
    guide.day(on("one.uk", 1, "Film"), on("one.uk", 40, "Other"))
    quick, order = threading.Event(), []

    def deliver(target: Any, alert: Any, moment: int) -> Outcome:
        if target.name == "slow":
            assert quick.wait(10), "the slow one is waited for first"
        order.append(target.name)
        quick.set()
        return Outcome(status=200)

    guide.receiver = deliver  # type: ignore[assignment]
    guide.watch("film", lead_minutes=200)
    assert order == ["hook", "slow"]


def test_alarms_go_to_operators_once_until_they_are_over(tmp_path: Path) -> None:
    guide = AlertGuide(tmp_path, operator=True)
    guide.day(on("one.uk", 1, "Film"))
    guide.load("bad", b"<html></html>", now=NOON)
    for hour in (1, 2, 3):
        guide.at(NOON + hour * HOUR)
    failed = [alert.body for _, alert in guide.receiver.got if "bad" in alert.body]
    assert len(failed) == 1 and json.loads(failed[0])["type"] == "operator"
    guide.day(on("one.uk", 1, "Film"), now=NOON + 4 * HOUR, name="bad")
    guide.at(NOON + 5 * HOUR)
    guide.load("bad", b"<html></html>", now=NOON + 6 * HOUR)
    guide.at(NOON + 7 * HOUR)
    assert len([alert for _, alert in guide.receiver.got if "the last import failed" in alert.body]) == 1
    guide.db.execute("UPDATE import_log SET started_at = '2026-11-22T16:00:00Z', completed_at = started_at")
    guide.at(NOON + 60 * HOUR)
    assert {json.loads(alert.body)["data"]["alarm"] for _, alert in guide.receiver.got} >= {
        "import",
        "stale",
        "coverage",
    }
    guide.close()


def test_apprise_sends_in_a_process_of_its_own(guide: AlertGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        apprise_call.require_apprise()
    except UsageError:
        require(False, "apprise is not installed: pip install 'datasette-epg[alerts]'")
    monkeypatch.setenv("EPG_API_TOKEN", "a-token-that-nobody-sees")
    with FeedServer() as server:
        server.serve("/notify", b"")
        url = f"json://127.0.0.1:{server.port}/notify"
        add_target(guide.vault, OWNER, {"name": "app", "url": url, "private_addresses": "allow"}, NOON)
        assert send_test(guide.vault, "app") == ""
        assert [hit.method for hit in server.hits] == ["POST"]
        set_target(guide.vault, OWNER, "app", {"private_addresses": "deny"}, NOON)
        assert "not at a public address" in send_test(guide.vault, "app")
        assert len(server.hits) == 1
        guide.secrets("UPDATE alert_targets SET url = 'nonsense://x' WHERE name = 'app'")
        assert "does not know this form" in send_test(guide.vault, "app")


def test_an_address_that_apprise_cannot_read_is_refused_at_once(guide: AlertGuide) -> None:
    """Where Apprise is not installed nobody knows, so that it is taken."""
    require(find_spec("apprise") is not None, "apprise is not installed: pip install 'datasette-epg[alerts]'")
    before = guide.secrets("SELECT * FROM alert_targets")
    for url in ("ftp://canary.example", "file:///etc/canary", "nonsense://canary", "tgram://canary"):
        with pytest.raises(UsageError) as error:
            add_target(guide.vault, OWNER, {"name": "odd", "url": url}, NOON)
        said = error.value.message
        assert "does not know this form" in said and "\n" not in said and "canary" not in said
    with pytest.raises(UsageError, match="does not know this form"):
        set_target(guide.vault, OWNER, "hook", {"url": "ftp://x", "secret": None}, NOON)
    with pytest.raises(UsageError, match="does not know this form"):
        perform_private(
            guide.path, "target.create", {"name": "t", "url": "file:///etc/passwd"}, owner=OWNER, now=NOON
        )
    assert guide.secrets("SELECT * FROM alert_targets") == before
    assert "apprise" not in sys.modules
    add_target(guide.vault, OWNER, {"name": "app", "url": "mailto://ann:pass@mail.example"}, NOON)


def test_without_apprise_the_message_says_what_to_install(
    guide: AlertGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise_call, "find_spec", lambda name: None)
    add_target(guide.vault, OWNER, {"name": "app", "url": "ntfy://topic"}, NOON)
    assert "pip install 'datasette-epg[alerts]'" in send_test(guide.vault, "app")


def test_a_process_that_hangs_is_ended(
    guide: AlertGuide, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The sender waits no longer than it says, whatever the service does."""
    target = add_target(guide.vault, OWNER, {"name": "app", "url": "ntfy://topic"}, NOON)
    (tmp_path / "apprise.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setattr(apprise_call, "find_spec", lambda name: True)
    apprise_asking.check_form(target, seconds=0.5)  # what is not known is not refused
    outcome = apprise_call.notify(target, "title", "text", seconds=0.5)
    assert "within 0.5 s" in outcome.error


def test_the_process_gets_no_secrets(
    tmp_path: Path, guide: AlertGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in its environment nor on its command line."""
    seen = tmp_path / "seen"
    (tmp_path / "apprise.py").write_text(
        f"import os, sys\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)) + repr(sys.argv))\nraise SystemExit\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("EPG_API_TOKEN", "token-canary-of-the-test")
    monkeypatch.setattr(apprise_call, "find_spec", lambda name: True)
    target = add_target(guide.vault, OWNER, {"name": "app", "url": "ntfy://user:url-canary@h"}, NOON)
    apprise_call.notify(target, "title", "text")
    text = seen.read_text(encoding="utf-8")
    assert "canary" not in text and "epg_ingest" in text


def test_help_without_the_extra_starts() -> None:
    """The commands load no sender until they need one."""
    code = (
        "import sys; import epg_ingest.cli.watch_commands.target_group; "
        "print("
        "'apprise' in sys.modules, 'requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

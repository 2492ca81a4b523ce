"""Providers added, changed and removed: what is checked, what is stored where, what the guide shows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.errors import ConflictError, DatabaseError, NotFoundError, UsageError
from epg_ingest.core.models import Provider
from epg_ingest.guide.providers import (
    add_provider,
    get_provider,
    list_providers,
    remove_provider,
    set_enabled,
    update_provider,
)
from epg_ingest.storage.database import open_database
from epg_ingest.storage.vault import Credentials, Vault
from sqlite_utils import Database

from tests.helpers.guide_rows import check_contents, insert_programme, programmes_found

pytestmark = pytest.mark.slow

#: adds a provider: name, URL and settings
Add = Callable[..., Provider]
NOW = 1_750_000_000  # 2025-06-15T15:06:40Z
LATER = NOW + 60
URL = "http://user:CANARY1@127.0.0.1:1/CANARY2/x?token=CANARY3"
REDACTED = "http://127.0.0.1:1/…"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "epg.secrets")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "epg.db")
    yield db
    db.conn.close()


@pytest.fixture
def add(db: Database, vault: Vault) -> Add:
    """Add a provider with fewer words."""

    def add(name: str = "uk", url: str | None = URL, **settings: Any) -> Provider:
        return add_provider(db, vault, name, url, now=NOW, **settings)

    return add


def generation(db: Database) -> int:
    return db.conn.execute("SELECT number FROM generation").fetchone()[0]


def make_channel(db: Database, name: str, **columns: object) -> int:
    row = {"name": name, "display_name": name, "created_at": "2025-01-01T00:00:00Z", **columns}
    return db["channels"].insert(row).last_pk


def make_mapping(db: Database, provider: Provider, pcid: str, channel: int | None, method: str) -> None:
    db["channel_mappings"].insert(
        {
            "provider_id": provider.id,
            "provider_channel_id": pcid,
            "channel_id": channel,
            "method": method,
            "created_at": "2025-01-01T00:00:00Z",
        }
    )


def make_programme(
    db: Database, provider: Provider, channel: int, hour: int, title: str, hours: int = 1
) -> int:
    """A programme of 15 June 2025 with its entry in the search index."""
    row = {
        "provider_id": provider.id,
        "channel_id": channel,
        "start_time": f"2025-06-15T{hour:02}:00:00Z",
        "end_time": f"2025-06-15T{hour + hours:02}:00:00Z",
        "title": title,
        "end_source": "feed",
        "created_at": "2025-01-01T00:00:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
    }
    return insert_programme(db.conn, **row)


def shown(db: Database) -> list[str]:
    return [title for (title,) in db.conn.execute("SELECT title FROM guide ORDER BY channel, start_time")]


def found(db: Database, word: str) -> list[int]:
    return programmes_found(db.conn, word)


def check_search_index(db: Database) -> None:
    """FTS5's own comparison of the index with the contents, which raises when they differ; every content is shown."""
    check_contents(db.conn)


# --- add ---


def test_add_keeps_secrets_in_the_vault_only(db: Database, vault: Vault, add: Add) -> None:
    provider = add(headers={"X-Key": "CANARY4"}, private_addresses="allow")
    assert provider.xmltv_url == REDACTED
    assert vault.get("uk") == Credentials(URL, {"X-Key": "CANARY4"}, "allow")
    assert "CANARY" not in repr(provider)
    assert "CANARY" not in "".join(db.conn.iterdump())


def test_add_has_safe_defaults(add: Add, vault: Vault) -> None:
    provider = add()
    assert (provider.enabled, provider.priority, provider.public_url) == (True, 100, False)
    assert (provider.timezone, provider.shift_minutes, provider.language) == (None, 0, ())
    assert (provider.channel_policy, provider.repair_text) == ("all", False)
    assert provider.created_at == "2025-06-15T15:06:40Z"
    assert vault.get("uk").private_addresses == "deny"


def test_add_takes_every_setting(add: Add) -> None:
    provider = add(
        priority=5,
        timezone="Europe/London",
        shift_minutes=-60,
        language=["en", "cy", "en"],
        public_url=True,
        channel_policy="mapped",
        repair_text=True,
        enabled=False,
    )
    assert provider.repair_text is True
    assert (provider.priority, provider.timezone, provider.shift_minutes) == (5, "Europe/London", -60)
    assert (provider.language, provider.channel_policy, provider.enabled) == (("en", "cy"), "mapped", False)
    assert provider.xmltv_url == URL


def test_a_provider_of_files_has_no_url(add: Add, vault: Vault) -> None:
    assert add(url=None).xmltv_url is None
    assert vault.get("uk").url is None


def test_add_raises_the_generation(db: Database, add: Add) -> None:
    before = generation(db)
    add()
    assert generation(db) == before + 1


def test_a_leftover_secret_is_not_inherited(add: Add, vault: Vault) -> None:
    vault.put("uk", Credentials("http://127.0.0.1/old"))
    add(url=None)
    assert vault.get("uk").url is None


@pytest.mark.parametrize(
    "name", ["", "  ", "a" * 101, "a/b", "a\\b", "a\nb", "a\x00", "-x", "12", "٣", 5, None]
)
def test_bad_names(add: Add, name: str | int | None) -> None:
    with pytest.raises(UsageError, match="provider's name must"):
        add(name)


@pytest.mark.parametrize("name", ["uk", "Röd & blå", "a" * 100, "7two", "uk.xml"])
def test_good_names(add: Add, name: str) -> None:
    assert add(name).name == name


@pytest.mark.parametrize("name", ["uk", "UK"])
def test_a_name_is_taken_once(db: Database, add: Add, name: str) -> None:
    add("uk")
    before = generation(db)
    with pytest.raises(ConflictError, match="already a provider named uk"):
        add(name, "http://127.0.0.1/other")
    assert generation(db) == before


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("ftp://127.0.0.1/x", "begin with http:// or https://"),
        ("file:///etc/CANARY2", "begin with http:// or https://"),
        ("/etc/CANARY2", "begin with http:// or https://"),
        ("127.0.0.1/CANARY2", "begin with http:// or https://"),
        ("http:///CANARY2", "has no host"),
        ("http://u:CANARY1@/x", "has no host"),
        ("http://127.0.0.1:99999/CANARY2", "cannot be read"),
        ("http://[::1/CANARY2", "cannot be read"),
        ("http://127.0.0.1/CANARY2 x", "space or a control character"),
        ("http://127.0.0.1/CANARY2\tx", "space or a control character"),
        ("http://127.0.0.1/CANARY2\x00x", "space or a control character"),
        ("http://127.0.0.1/CANARY2\u00a0x", "space or a control character"),
        ("http://127.0.0.1/" + "CANARY2" * 2000, "longer than 8,000"),
        (5, "empty"),
    ],
)
def test_bad_urls_are_refused_without_repeating_them(add: Add, url: str | int, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        add(url=url)
    assert said in caught.value.message
    assert "CANARY" not in caught.value.message


def test_files_are_taken_only_where_they_may_be(tmp_path: Path, add: Add, vault: Vault) -> None:
    feed = tmp_path / "my feed.xml"
    feed.write_text("<tv/>")
    provider = add(url=str(feed), local_files=True)
    assert provider.xmltv_url == "file:…"
    assert vault.get("uk").url == feed.as_uri()
    assert add("de", "file:///srv/x.xml", local_files=True).xmltv_url == "file:…"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nowhere.xml", "no file at that path"),
        ("file://otherhost/x.xml", "must name a file of this machine"),
        ("ftp://127.0.0.1/x", "http:// or https:// or file:"),
    ],
)
def test_bad_files(add: Add, url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        add(url=url, local_files=True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"priority": -1}, "priority must be a whole number from 0 to 9999"),
        ({"priority": 10_000}, "priority must be"),
        ({"priority": "5"}, "priority must be"),
        ({"priority": True}, "priority must be"),
        ({"shift_minutes": 10_081}, "shift_minutes must be a whole number from -10080 to 10080"),
        ({"shift_minutes": -10_081}, "shift_minutes must be"),
        ({"shift_minutes": 1.5}, "shift_minutes must be"),
        ({"timezone": "Mars/Base"}, "unknown time zone 'Mars/Base'"),
        ({"timezone": 5}, "timezone must be"),
        ({"language": ["english!"]}, "language must be a list"),
        ({"language": "en"}, "language must be a list"),
        ({"language": [None]}, "language must be a list"),
        ({"channel_policy": "some"}, "channel_policy must be all or mapped"),
        ({"channel_policy": []}, "channel_policy must be all or mapped"),
        ({"repair_text": 1}, "repair_text must be true or false"),
        ({"enabled": 1}, "enabled must be true or false"),
        ({"public_url": "yes"}, "public_url must be true or false"),
        ({"private_addresses": "maybe"}, "private_addresses must be allow or deny"),
        ({"headers": {"Bad Name": "x"}}, "a header's name"),
        ({"headers": {"X": "CANARY1\r\nY: 2"}}, "the value of the header X must be one line"),
        ({"headers": {"X": "CANARY1 \u2603"}}, "Latin-1"),
        ({"headers": {"X": 5}}, "Latin-1"),
        ({"headers": ["X: y"]}, "headers must map names to values"),
        ({"prio": 5}, "unknown setting 'prio'; known are:"),
    ],
)
def test_bad_settings_change_nothing(db: Database, add: Add, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        add(**settings)
    assert said in caught.value.message
    assert "CANARY" not in caught.value.message
    assert (list_providers(db), generation(db)) == ([], 0)


def test_a_vault_that_cannot_be_written_stops_the_change(db: Database, vault: Vault, add: Add) -> None:
    vault.path.write_bytes(b"this is no database, and long enough to be told from one" * 20)
    with pytest.raises(DatabaseError, match="not a usable SQLite database"):
        add()
    assert list_providers(db) == []


# --- find ---


def test_the_best_provider_comes_first(db: Database, add: Add) -> None:
    add("b", priority=2), add("a", priority=2), add("c", priority=1)
    assert [p.name for p in list_providers(db)] == ["c", "b", "a"]


def test_a_provider_is_found_by_name_and_id(db: Database, add: Add) -> None:
    provider = add()
    assert (
        get_provider(db, "uk")
        == get_provider(db, provider.id)
        == get_provider(db, str(provider.id))
        == provider
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("uj", "there is no provider 'uj'; did you mean uk?"),
        ("zzz", "there is no provider 'zzz'; see: epg-ingest providers list"),
        ("99", "there is no provider '99'"),
        ("9" * 30, "there is no provider '999"),
    ],
)
def test_a_provider_that_is_not_there(db: Database, add: Add, wanted: str, said: str) -> None:
    add("uk")
    with pytest.raises(NotFoundError) as caught:
        get_provider(db, wanted)
    assert said in caught.value.message


def test_no_provider_at_all(db: Database) -> None:
    with pytest.raises(NotFoundError, match="add one with: epg-ingest providers add NAME URL"):
        get_provider(db, "uk")


def test_a_url_in_the_place_of_a_name_is_not_repeated(db: Database) -> None:
    with pytest.raises(NotFoundError) as caught:
        get_provider(db, URL)
    assert "CANARY" not in caught.value.message


# --- update ---


def test_update_changes_what_is_named_and_keeps_the_rest(db: Database, vault: Vault, add: Add) -> None:
    before = add(priority=5, language=["de"], headers={"X": "y"})
    after = update_provider(db, vault, "uk", {"timezone": "Europe/Berlin"}, now=LATER)
    assert (after.timezone, after.priority, after.language, after.id) == (
        "Europe/Berlin",
        5,
        ("de",),
        before.id,
    )
    assert (after.updated_at, after.created_at) == ("2025-06-15T15:07:40Z", before.created_at)
    assert vault.get("uk") == Credentials(URL, {"X": "y"}, "deny")


@pytest.mark.parametrize("changes", [{}, {"priority": 100}, {"url": URL}, {"name": "uk", "enabled": True}])
def test_an_update_that_changes_nothing_writes_nothing(
    db: Database, vault: Vault, add: Add, changes: dict[str, Any]
) -> None:
    provider, before = add(), generation(db)
    assert update_provider(db, vault, "uk", changes, now=LATER) == provider
    assert generation(db) == before


def test_two_changes_in_one_second_differ(db: Database, vault: Vault, add: Add) -> None:
    stamps = [add().updated_at]
    for shift in (1, 2):
        stamps.append(update_provider(db, vault, "uk", {"shift_minutes": shift}, now=NOW).updated_at)
    assert len(set(stamps)) == 3


def test_rename_moves_the_secrets(db: Database, vault: Vault, add: Add) -> None:
    add()
    provider = update_provider(db, vault, "uk", {"name": "gb"}, now=LATER)
    assert (provider.name, provider.xmltv_url) == ("gb", REDACTED)
    assert (vault.get("uk"), vault.get("gb").url) == (None, URL)


def test_rename_to_a_taken_name(db: Database, vault: Vault, add: Add) -> None:
    add("uk"), add("de", "http://127.0.0.1/de")
    with pytest.raises(ConflictError):
        update_provider(db, vault, "uk", {"name": "DE"}, now=LATER)
    assert vault.get("de").url == "http://127.0.0.1/de"


def test_a_name_may_change_its_case(db: Database, vault: Vault, add: Add) -> None:
    add()
    assert update_provider(db, vault, "uk", {"name": "UK"}, now=LATER).name == "UK"


def test_a_new_url_is_redacted_too(db: Database, vault: Vault, add: Add) -> None:
    add()
    provider = update_provider(db, vault, "uk", {"url": "https://127.0.0.2/CANARY5"}, now=LATER)
    assert provider.xmltv_url == "https://127.0.0.2/…"
    assert vault.get("uk").url == "https://127.0.0.2/CANARY5"


def test_a_url_is_published_and_withdrawn(db: Database, vault: Vault, add: Add) -> None:
    add()
    assert update_provider(db, vault, "uk", {"public_url": True}, now=LATER).xmltv_url == URL
    assert update_provider(db, vault, "uk", {"public_url": False}, now=LATER).xmltv_url == REDACTED


def test_a_provider_whose_secrets_are_lost_keeps_its_host(db: Database, vault: Vault, add: Add) -> None:
    add(public_url=True)
    vault.path.unlink()
    provider = update_provider(db, vault, "uk", {"public_url": False, "headers": {"X": "y"}}, now=LATER)
    assert provider.xmltv_url == REDACTED
    assert vault.get("uk").headers == {"X": "y"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:1/other", True),
        ("https://127.0.0.1:1/other", True),
        ("http://127.0.0.2:1/other", False),
        ("http://127.0.0.1:2/other", False),
        ("http://127.0.0.1:1@127.0.0.2/other", False),
    ],
)
def test_headers_stay_with_the_host_they_were_for(
    db: Database, vault: Vault, add: Add, url: str, kept: bool
) -> None:
    add(headers={"Authorization": "CANARY4"})
    update_provider(db, vault, "uk", {"url": url}, now=LATER)
    assert vault.get("uk").headers == ({"Authorization": "CANARY4"} if kept else {})


def test_headers_do_not_fall_back_to_plain_http(db: Database, vault: Vault, add: Add) -> None:
    add(url="https://127.0.0.1:1/", headers={"Authorization": "CANARY4"})
    update_provider(db, vault, "uk", {"url": "http://127.0.0.1:1/"}, now=LATER)
    assert vault.get("uk").headers == {}


def test_headers_given_with_a_url_are_for_it(db: Database, vault: Vault, add: Add) -> None:
    add(headers={"A": "1"})
    update_provider(db, vault, "uk", {"url": "http://127.0.0.2/", "headers": {"B": "2"}}, now=LATER)
    assert vault.get("uk").headers == {"B": "2"}


# --- what the guide shows ---


@pytest.fixture
def two(db: Database, add: Add) -> tuple[Provider, Provider]:
    """Two providers on one channel: `good` has 10-12, `poor` has 11-12 and 12-13, and a channel of its own."""
    good, poor = add("good", priority=1), add("poor", "http://127.0.0.1/", priority=2)
    both, own = make_channel(db, "both"), make_channel(db, "own")
    make_mapping(db, good, "both", both, "new")
    make_mapping(db, poor, "both", both, "id")
    make_mapping(db, poor, "own", own, "new")
    make_programme(db, good, both, 10, "Opera", hours=2)
    quiz = make_programme(db, poor, both, 11, "Quiz")
    make_programme(db, poor, both, 12, "News")
    make_programme(db, poor, own, 10, "Film")
    # as an import would have left it
    db.execute("UPDATE airings SET shadowed_by = 1 WHERE id = ?", [quiz])
    assert shown(db) == ["Opera", "News", "Film"]
    return good, poor


def test_priority_is_resolved_at_once(db: Database, vault: Vault, two: tuple[Provider, Provider]) -> None:
    update_provider(db, vault, "poor", {"priority": 0}, now=LATER)
    assert shown(db) == ["Quiz", "News", "Film"]
    update_provider(db, vault, "poor", {"priority": 5}, now=LATER)
    assert shown(db) == ["Opera", "News", "Film"]


def test_disabling_uncovers_what_was_hidden(
    db: Database, vault: Vault, two: tuple[Provider, Provider]
) -> None:
    set_enabled(db, vault, "good", False, now=LATER)
    assert shown(db) == ["Quiz", "News", "Film"]
    set_enabled(db, vault, "good", True, now=LATER)
    assert shown(db) == ["Opera", "News", "Film"]


def test_removing_leaves_what_the_others_give(
    db: Database, vault: Vault, two: tuple[Provider, Provider]
) -> None:
    assert remove_provider(db, vault, "good") == 1
    assert shown(db) == ["Quiz", "News", "Film"]
    assert vault.get("good") is None
    assert (found(db, "opera"), len(found(db, "quiz"))) == ([], 1)
    check_search_index(db)


def test_removing_takes_channels_that_nobody_else_feeds(
    db: Database, vault: Vault, two: tuple[Provider, Provider]
) -> None:
    remove_provider(db, vault, "poor")
    assert [name for (name,) in db.conn.execute("SELECT name FROM channels")] == ["both"]
    assert shown(db) == ["Opera"]
    check_search_index(db)


def test_the_last_provider_takes_every_channel_with_it(
    db: Database, vault: Vault, two: tuple[Provider, Provider]
) -> None:
    """`good` made the channel; when it goes, `poor` counts as the one that made it."""
    remove_provider(db, vault, "good")
    remove_provider(db, vault, "poor")
    for table in ("channels", "channel_mappings", "airings", "contents", "import_log", "providers"):
        assert db[table].count == 0, table
    check_search_index(db)


@pytest.mark.parametrize("method", ["manual", "hidden"])
def test_a_channel_somebody_cared_for_stays(db: Database, vault: Vault, add: Add, method: str) -> None:
    provider = add()
    channel = make_channel(db, "one", hidden=int(method == "hidden"))
    make_mapping(db, provider, "one", channel, "new")
    if method == "manual":
        make_mapping(db, provider, "two", channel, "manual")
    remove_provider(db, vault, "uk")
    assert db["channels"].count == 1


def test_removing_raises_the_generation_once(
    db: Database, vault: Vault, two: tuple[Provider, Provider]
) -> None:
    before = generation(db)
    remove_provider(db, vault, "poor")
    assert generation(db) == before + 1
    assert db.conn.execute("PRAGMA user_version").fetchone()[0] == before + 1


def test_the_search_index_is_exact_when_few_rows_go(db: Database, vault: Vault, add: Add) -> None:
    """Few rows are taken out of the index one by one, many make it built anew: both must leave it exact."""
    big, small = add("big"), add("small", "http://127.0.0.1/")
    channel = make_channel(db, "one")
    for hour in range(10, 16):
        make_programme(db, big, channel, hour, f"Big {hour}")
    make_programme(db, small, channel, 10, "Small")
    remove_provider(db, vault, "small")
    assert (found(db, "small"), len(found(db, "big"))) == ([], 6)
    check_search_index(db)


def test_removing_what_is_not_there(db: Database, vault: Vault) -> None:
    with pytest.raises(NotFoundError):
        remove_provider(db, vault, "uk")

"""Lists over HTTP: conditional, packed, within the address policy, from an Xtream account and from a tuner."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from epg_ingest.core.deadline import Deadline
from epg_ingest.core.errors import ConflictError, FeedError, UsageError
from epg_ingest.core.limits import Limits
from epg_ingest.download.xtream import account_of
from epg_ingest.lineup_store.lineup_changes import add_lineup, key_of, renew_key, update_lineup
from epg_ingest.lineup_store.lineup_rows import find_lineup
from epg_ingest.lineup_store.list_source import address_of
from epg_ingest.lineup_store.refresh_log import of_a_list
from epg_ingest.lineup_store.zipped_list import list_in_zip
from epg_ingest.storage.lineup_secrets import LineupSecrets
from epg_ingest.unpack import bounds

from tests.helpers.feedserver import FeedServer
from tests.helpers.support import NOON, Guide
from tests.lineup_store.household import Household, entries, fill, playlist, stations


def addresses(guide: Guide) -> list[str]:
    lineup = find_lineup(guide.db.conn, "home")
    streams = LineupSecrets(guide.vault).streams(lineup.id, lineup.address_set)
    return [streams[ident].address for ident in sorted(streams)]


def test_an_unchanged_list_is_not_sent_again(guide: Guide) -> None:
    fill(guide)
    with FeedServer() as server:
        url = server.serve("/list.m3u", playlist(entries(6)).encode(), etag='"1"')
        home = Household(guide, "", url=url)
        assert [home.refresh().status for _ in range(2)] == ["success", "unchanged"]
        assert server.hits[-1].headers["If-None-Match"] == '"1"'
        server.serve("/list.m3u", gzip.compress(playlist(entries(5)).encode()), etag='"2"')
        assert home.refresh().removed == 1


def test_the_address_policy_holds_for_lists_and_their_redirects(guide: Guide) -> None:
    with FeedServer() as server:
        url = server.serve("/list.m3u", playlist(entries(2)).encode())
        home = Household(guide, "", url=url, private_addresses="deny")
        outcome = home.refresh()
        assert (outcome.status, outcome.code, server.hits) == ("failed", "address", [])


@pytest.mark.parametrize(
    "form", ["http://{}:{}@{}", "http://{2}/get.php?username={0}&password={1}&type=m3u_plus"]
)
def test_an_xtream_account(guide: Guide, form: str) -> None:
    """Its streams have no addresses: they are made of the account and the number of the stream."""
    fill(guide)
    streams = [
        {"num": place, "name": name, "stream_id": 40 + place, "epg_channel_id": ident, "category_id": "7"}
        for place, (ident, name) in enumerate(stations(3), 1)
    ]  # fmt: skip
    with FeedServer() as server:
        api = "/player_api.php?username=us%40er&password=se%2Fcret&action="
        server.serve(f"{api}get_live_streams", json.dumps(streams).encode())
        server.serve(f"{api}get_live_categories", b'[{"category_id": "7", "category_name": "News"}]')
        host = server.url("/").removeprefix("http://").strip("/")
        home = Household(guide, "", url=form.format("us%40er", "se%2Fcret", host), source_kind="xtream")
        assert home.refresh().matched == 3
    assert [row.group_name for row in home.rows()] == ["News"] * 3
    assert addresses(guide)[0] == f"http://{host}/live/us%40er/se%2Fcret/41.ts"


def test_a_tuner_without_a_path(guide: Guide) -> None:
    fill(guide)
    listed = [{"GuideNumber": "2.1", "GuideName": "Harbour", "URL": "http://127.0.0.1:5004/auto/v2.1"}]
    with FeedServer() as server:
        server.serve("/lineup.json", json.dumps(listed).encode())
        home = Household(guide, "", url=server.url("/"), source_kind="hdhomerun")
        assert home.refresh().entries == 1
    assert (home.rows()[0].number, addresses(guide)) == ("2.1", ["http://127.0.0.1:5004/auto/v2.1"])


@pytest.mark.parametrize("root", ["", "/tvh"])
@pytest.mark.parametrize("login", ["", "canaryuser:canary%40pass@"])
@pytest.mark.parametrize("kind", ["tvheadend", None])
def test_the_channels_of_tvheadend_have_streams(
    guide: Guide, root: str, login: str, kind: str | None
) -> None:
    fill(guide)
    rows = [
        {"uuid": f"{place}f" * 16, "name": name, "number": place, "enabled": True}
        for place, (_, name) in enumerate(stations(3))
    ]
    with FeedServer() as server:
        server.serve(f"{root}/api/channel/grid?limit=9", json.dumps({"entries": rows, "total": 3}).encode())
        url = server.url(f"{root}/api/channel/grid?limit=9").replace("://", f"://{login}")
        home = Household(guide, "", url=url, source_kind=kind)
        assert home.refresh().matched == 3
    origin = url.partition("/api/")[0]
    assert addresses(guide) == [f"{origin}/stream/channel/{row['uuid']}" for row in rows]
    assert "canary" not in repr(home.rows())


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@pytest.mark.parametrize("others", [{}, {"__MACOSX/._list.m3u": "x", "lists/": "", "lists/.DS_Store": "x"}])
def test_a_zip_with_one_list_is_read(guide: Guide, others: dict[str, str]) -> None:
    fill(guide)
    home = Household(guide, "")
    packed = zipped(**{"lists/list.m3u": playlist(entries(6)), **others})
    assert home.refresh(packed).matched == 6
    for cut in (packed[:-30], packed[:200]):
        outcome = home.refresh(cut)
        assert (outcome.code, "damaged" in str(outcome.message)) == ("notwell", True)


@pytest.mark.parametrize(
    ("limits", "code"), [(Limits(max_unpacked_bytes=300_000), "toolarge"), (Limits(max_ratio=10), "bomb")]
)
def test_a_zip_unpacks_within_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: Limits, code: str
) -> None:
    monkeypatch.setattr(bounds, "FREE_BYTES", 300_000)
    path = tmp_path / "list.zip"
    path.write_bytes(zipped(**{"list.m3u": "#EXTM3U\n" + "a" * 1_000_000}))
    read = 0
    with pytest.raises(FeedError) as raised:
        for block in list_in_zip(path, limits, Deadline(60)):
            read += len(block)
    assert raised.value.code == code and read <= 600_000
    assert sum(map(len, list_in_zip(path, Limits(max_ratio=10**6), Deadline(60)))) == 1_000_008


@pytest.mark.parametrize("count", [0, 2])
def test_a_zip_with_other_numbers_of_files_says_so(guide: Guide, count: int) -> None:
    home = Household(guide, "")
    packed = zipped(**{".hidden": "x"}, **{f"{at}.m3u": playlist(entries(1)) for at in range(count)})
    outcome = home.refresh(packed)
    assert outcome.code == "noxml" and f"has {count} files" in str(outcome.message)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("check the URL of the provider", "check the address of the source"),
        ("check the user name and password of the provider", "check the user name and password of the source"),
        ("this provider may not read files", "this line-up may not read files"),
        ("the feed is larger than 2 GiB; look at the feed", "the list is larger than 2 GiB; look at the list"),
        ("the tar archive holds no XML file;\n check it", "the tar archive holds no list that can be read; check it"),
        ("the provider.example broke off", "the provider.example broke off"),
        ("the feeders", "the feeders"),
    ],
)  # fmt: skip
def test_messages_of_downloads_speak_of_lists(said: str, meant: str) -> None:
    assert of_a_list(said) == meant


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_failed_refresh_does_not_speak_of_providers(guide: Guide, status: int) -> None:
    with FeedServer() as server:
        url = server.url("/list.m3u")
        server.fail("/list.m3u", [status])
        message = str(Household(guide, "", url=url).refresh().message)
    assert str(status) in message
    assert "provider" not in message and "feed" not in message


def test_addresses_of_kinds() -> None:
    assert address_of("m3u", "http://127.0.0.1/x") == "http://127.0.0.1/x"
    assert address_of("hdhomerun", "http://127.0.0.1") == "http://127.0.0.1/lineup.json"
    assert address_of("hdhomerun", "http://127.0.0.1/other.json") == "http://127.0.0.1/other.json"
    assert (
        account_of("http://127.0.0.1:80/panel/get.php?username=a&password=b").origin
        == "http://127.0.0.1:80/panel"
    )
    with pytest.raises(UsageError, match="needs a user name and a password"):
        account_of("http://127.0.0.1/get.php")


def test_settings_are_checked_and_keys_differ(guide: Guide) -> None:
    one = add_lineup(guide.db, guide.vault, "one", None, now=NOON)
    add_lineup(guide.db, guide.vault, "two", None, now=NOON)
    keys = {key_of(guide.vault, find_lineup(guide.db.conn, name)) for name in ("one", "two")}
    assert len(keys) == 2 and renew_key(guide.vault, one) not in keys
    for wrong in (
        {"name": "Two"},
        {"name": "a/b"},
        {"name": "7"},
        {"filler": -1},
        {"id_scheme": "x"},
        {"kinds": []},
    ):
        with pytest.raises((UsageError, ConflictError)):
            update_lineup(guide.db, guide.vault, "one", wrong, now=NOON)
    with pytest.raises(UsageError, match="http:// or https://"):
        update_lineup(guide.db, guide.vault, "one", {"url": "file:///etc/passwd"}, now=NOON)
    assert find_lineup(guide.db.conn, "one") == one

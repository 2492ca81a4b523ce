"""What a line-up's source and streams hold of secrets is in `epg.secrets` and in answers to the key, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_ingest.core.limits import Limits
from epg_ingest.core.redact import redact
from epg_ingest.lineup_store import stream_credentials
from epg_ingest.lineup_store.entry_secrets import EntryEraser, secrets_in_lists
from epg_ingest.lineup_store.lineup_changes import key_of, update_lineup
from epg_ingest.lineup_store.lineup_refresh import RefreshOptions, refresh
from epg_ingest.lineup_store.lineup_rows import find_lineup
from epg_ingest.lineup_store.refresh_log import RefreshOutcome
from epg_ingest.lineups.entry import LineupEntry
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.datasette_helpers import serving
from tests.helpers.feedserver import FeedServer
from tests.helpers.paths import PYTHONPATH
from tests.helpers.support import NOON, Guide
from tests.lineup_store.household import fill, stations

WORDS = (
    "canaryuser",
    "canarypass",
    "canarytoken",
    "canaryheader",
    "canarylogin",
    "canaryquery",
    "canaryicon",
)
STREAM = "http://127.0.0.1:9/live/canaryuser/canarypass"
PAGES = (
    "/", "/guide?lineup=home", "/guide/search?q=at&lineup=home", "/xmltv.xml?lineup=home", "/l/home.xml", "/l/home/lineup.json",
    "/l/home.m3u", "/l/home.m3u?key=wrong", "/api/v1/lineups", "/api/v1/lineups/1", "/api/v1/lineups/1/channels",
    "/api/v1/now?lineup=home", "/epg/lineups.json", "/epg/lineup_channels.json?_shape=array", "/epg/lineup_refreshes.json",
    "/epg/write_log.json", "/-/epg/lineups", "/metrics", "/health",
)  # fmt: skip


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    made = Guide(tmp_path_factory.mktemp("secrecy"))
    fill(made)
    yield made
    made.close()


def listed() -> str:
    """Each kind of address and option; names, groups and logos that repeat a password."""
    (one, first), (two, second), (three, third), (four, fourth), *_ = stations(6)
    return "\n".join(
        [
            '#EXTM3U url-tvg="http://127.0.0.1:9/xmltv.php?username=canaryuser&password=canarypass"',
            f'#EXTINF:-1 tvg-id="{one}" tvg-logo="http://127.0.0.1:9/logo/canaryuser/canarypass/1.png",{first}',
            f"{STREAM}/1.ts",
            f'#EXTINF:-1 tvg-id="{two}" tvg-logo="http://127.0.0.1:9/2.png?token=canaryicon",{second}',
            f"{STREAM}/2.ts",
            f'#EXTINF:-1 tvg-id="{three}" group-title="Account canaryuser",{third} canarypass',
            "#EXTVLCOPT:http-user-agent=canaryheader",
            f"{STREAM}/3.ts",
            f'#EXTINF:-1 tvg-id="{four}" tvg-logo="http://canarylogin:x@127.0.0.1:9/4.png",{fourth}',
            "http://127.0.0.1:9/4.m3u8?token=canaryquery",
            "",
        ]
    )


def run(guide: Guide, *arguments: str, given: str = "") -> str:
    """A command in a process of its own, with every detail logged; what it wrote."""
    command = [sys.executable, "-m", "epg_ingest.cli", "--db", str(guide.path), "-vv", *arguments]
    environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "EPG_DOWNLOAD_RETRIES": "0", "EPG_SERVER_DEBUG": "on"}
    done = subprocess.run(
        command, input=given, env=environ, capture_output=True, text=True, timeout=60, cwd=guide.folder
    )
    return done.stdout + done.stderr


def again(guide: Guide) -> RefreshOutcome:
    return refresh(guide.db, guide.vault, "home", RefreshOptions(Limits(retries=0)), now=NOON)


def found(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [word for word in WORDS if word.encode() in data]


async def test_secrets_are_nowhere(guide: Guide) -> None:
    with FeedServer() as server:
        url = server.serve("/get.php", listed().encode())
        url = (
            url.replace("http://", "http://canaryuser:canarypass@")
            + "?username=canaryuser&password=canarypass&t=canarytoken"
        )
        said = run(guide, "lineups", "add", "home", "-", "--header", "X-Key: canaryheader", given=f"{url}\n")
        said += run(guide, "lineups", "refresh")
        assert "home: success, 4 entries" in said
        change = {"url": url.replace("t=", "u=")}
        update_lineup(guide.db, guide.vault, "home", change, now=NOON)
        server.serve("/get.php", b"<html>canarypass at " + url.encode() + b"</html>")
        said += run(guide, "lineups", "refresh")
        for body in (b"canarytoken", b"[1]", None):
            server.serve("/get.php", body) if body else server.fail("/get.php", [403])
            said += f"Error: home: {again(guide).message}"
        said += run(guide, "export", "xmltv", "--lineup", "home") + run(
            guide, "lineups", "review", "home", "--all"
        )
    assert said.count("Error: home: ") >= 4
    assert found(said) == [], [line for line in said.splitlines() if found(line)][:3]
    for path in guide.folder.iterdir():
        if path.is_file() and not path.name.endswith(".secrets"):
            assert found(path.read_bytes()) == [], path.name
    async with serving(guide.path) as ds:
        for address in PAGES:
            answer = await ds.client.get(address)
            assert found(answer.content + str(answer.headers).encode()) == [], address
        key = key_of(guide.vault, find_lineup(guide.db.conn, "home"))
        streams = (await ds.client.get(f"/l/home.m3u?key={key}")).text
    assert {"canaryuser", "canarypass", "canaryheader", "canaryquery"} <= set(found(streams))
    rows = guide.db.execute(
        "SELECT name, group_name, icon_url FROM lineup_channels ORDER BY position"
    ).fetchall()
    assert rows[2][:2] == (f"{stations(3)[2][1]} …", "Account …")
    assert [row[2] for row in rows] == [None] * 4
    assert re.search(rb"canarytoken", Path(guide.path.with_suffix(".secrets")).read_bytes())


def streams(addresses: list[str]) -> list[LineupEntry]:
    return [LineupEntry(at, "", f"Name {at}", address=address) for at, address in enumerate(addresses, 1)]


@pytest.mark.parametrize(
    ("entry", "cleaned"),
    [
        ({"name": "One", "icon_url": "http://127.0.0.1/one.png"}, {}),
        ({"name": "One secretpass"}, {"name": "One …"}),
        ({"name": "One", "icon_url": "http://127.0.0.1/secretuser/1.png"}, {"icon_url": ""}),
        ({"name": "One", "icon_url": "http://127.0.0.1/1.png?Token=abc"}, {"icon_url": ""}),
        ({"name": "One", "icon_url": "http://a:b@127.0.0.1/1.png"}, {"icon_url": ""}),
        ({"name": "One", "icon_url": "http://127.0.0.1/1.png?v=2"}, {}),
        ({"name": "One", "source_id": "secretuser.1", "other_ids": ("x", "secretpass")},
         {"source_id": "….1", "other_ids": ("x", "…")}),
    ],
)  # fmt: skip
def test_entries_lose_what_repeats_a_secret(entry: dict[str, object], cleaned: dict[str, object]) -> None:
    addresses = [f"http://127.0.0.1/secretuser/secretpass/{number}.ts" for number in range(3)]
    eraser = EntryEraser(secrets_in_lists(None, {}, streams(addresses)))
    given = LineupEntry(1, "", **entry)  # type: ignore[arg-type]
    assert eraser.clean(given) == given._replace(**cleaned)


def test_words_of_public_addresses_are_no_secrets() -> None:
    addresses = [
        "https://127.0.0.1/hls/sports/index.m3u8",
        "https://127.0.0.1/live/channel/playlist.m3u8",
        "plugin://video.x/",
    ]
    assert secrets_in_lists("https://127.0.0.1/lists/uk.m3u", {}, streams(addresses)) == frozenset()
    assert redact("sports", secrets_in_lists(None, {}, streams(addresses))) == "sports"


def cleaned(
    listed: list[tuple[str, str]], text: str = "", options: tuple[str, ...] = (), url: str | None = None
) -> list[str]:
    """The names of entries (name, address) as they are stored, then what becomes of `text` as one more name."""
    entries = [
        LineupEntry(at, "", name, name, address=address, options=options)
        for at, (name, address) in enumerate(listed)
    ]
    eraser = EntryEraser(secrets_in_lists(url, {}, entries))
    assert [eraser.clean(one).source_id for one in entries] == [eraser.clean(one).name for one in entries]
    return [eraser.clean(one).name for one in entries] + ([eraser.text(text)] if text else [])


STATIONS = ("EuroNews", "Arte HD", "FRANCE24HD", "Kanal7Avrupa22", "ntv2024", "BBCNewsHDUK")


@pytest.mark.parametrize("count", [1, 2, len(STATIONS)])
@pytest.mark.parametrize(
    "form",
    [
        "http://h/TV/{0}/55",
        "http://h/live/{0}/{0}/1.ts",
        "http://h/{0}/index.m3u8",
        "http://h/play?key={0}",
        "http://h/u1/{0}/7",
    ],
)
def test_names_in_addresses_are_no_secrets(form: str, count: int) -> None:
    names = [name.replace(" ", "") for name in STATIONS[:count]]
    assert cleaned([(name, form.format(name)) for name in names]) == names


def test_a_part_that_most_addresses_share_is_a_secret_though_one_entry_has_its_name() -> None:
    listed = [(name, f"http://h/live/EuroNews/geheim/{at}.ts") for at, name in enumerate(STATIONS)]
    assert cleaned(listed, "by geheim") == ["…", *STATIONS[1:], "by …"]


def test_streams_of_another_form_belong_to_the_account() -> None:
    listed = [
        (name, f"http://h/live/ab12/geheim/{at if at < 2 else name}.ts") for at, name in enumerate(STATIONS)
    ]
    assert cleaned(listed, "ab12, geheim") == [*STATIONS, "…, …"]


@pytest.mark.parametrize(
    "address",
    [
        "http://ab12:pw123@h/{}.ts", "http://h/{}.ts?username=ab12&password=pw123", "http://h/live/ab12/pw123/{}.ts",
        "http://h/ab12/pw123/{}", "http://h/{}.ts?u=ab12&p=pw123", "http://h/{}.ts?token=ab12;auth=pw123",
        "http://h/{}.ts|Authorization=Bearer%20ab12&X-Token=pw123", "http://h/{}.ts|X-Auth=ab12&Cookie=sid%3Dpw123",
    ],
)  # fmt: skip
def test_short_credentials_are_masked_as_words(address: str) -> None:
    listed = [(name, address.format(at)) for at, name in enumerate(STATIONS)]
    assert cleaned(listed, "ab12 [pw123] xab12 pw1234")[-1] == "… […] xab12 pw1234"


@pytest.mark.parametrize(
    "address", ["http://abc:xyz@h/{}.ts", "http://h/abc/xyz/{}.ts", "http://h/{}.ts?u=abc&p=xyz"]
)
def test_three_characters_are_masked_as_a_pair(address: str) -> None:
    listed = [(name, address.format(at)) for at, name in enumerate(STATIONS)]
    assert cleaned(listed, "abc xyz abc:xyz") == [*STATIONS, "abc xyz …"]


@pytest.mark.parametrize(
    "option",
    [
        '#EXTHTTP:{"Authorization": "Bearer s3cret"}', '#EXTHTTP:{"X-Token":"s3cret"}',
        '#EXTINF: catchup="append" catchup-source="?token=s3cret&utc={utc}"',
        '#EXTINF: catchup-source="http://h/live/{utc}.ts?u=me12&p=s3cret"', "#EXTVLCOPT:http-password=s3cret",
        "#KODIPROP:inputstream.adaptive.stream_headers=Authorization=Bearer s3cret",
    ],
)  # fmt: skip
def test_credentials_of_options_are_secrets(option: str) -> None:
    assert cleaned([("One", "http://h/1.ts")], "One s3cret Bearer", (option,)) == ["One", "One … Bearer"]


def test_a_user_agent_is_no_secret() -> None:
    assert cleaned(
        [("Mozilla", "http://h/1.ts|User-Agent=Mozilla")], "", ("#EXTVLCOPT:http-user-agent=Mozilla",)
    ) == ["Mozilla"]


def test_switches_are_no_secrets() -> None:
    listed = [("true crime", "http://h/1.ts?auth=true"), ("none", "http://h/2.ts?token=none&auth=true")]
    assert cleaned(listed) == ["true crime", "none"]


def test_the_account_of_the_source_counts() -> None:
    for url in (
        "http://ab12:pw123@h",
        "http://h/get.php?username=ab12&password=pw123",
        "http://h/ab12/pw123/1",
    ):
        assert cleaned([("One", "")], "ab12 pw123 of h", url=url)[-1] == "… … of h"


def test_a_number_stays_a_number() -> None:
    eraser = EntryEraser(secrets_in_lists("http://1234:5678@h/", {}, []))
    given = LineupEntry(1, "1234", "One 5678", "1234")
    assert eraser.clean(given) == given._replace(name="One …")


@pytest.mark.parametrize("query", ["u=ab&p=cd", "P=cd&x=1&U=ab"])
def test_a_logo_with_a_login_is_left_out(query: str) -> None:
    assert EntryEraser(()).icon(f"http://h/1.png?{query}") == ""
    assert EntryEraser(()).icon("http://h/1.png?p=2") == "http://h/1.png?p=2"


#: how panels and players write an account into an address; `{user}`, `{key}` and the number of the stream
ACCOUNTS = (
    "http://h/live/{user}/{key}/{n}.ts", "http://h:8080/{user}/{key}/{n}", "https://h/{user}/{key}/{n}.m3u8",
    "http://h/hls/{user}/{key}/{n}.m3u8", "http://h/play/{user}/{key}/{n}", "http://h/timeshift/{user}/{key}/{n}.ts",
    "http://h/{n}.ts?username={user}&password={key}", "http://h/{n}?u={user}&p={key}", "http://{user}:{key}@h/{n}.ts",
    "http://h/{n}.ts|Authorization=Bearer%20{user}&X-Token={key}", "http://h/{n}/index.m3u8?token={user}&auth={key}",
)  # fmt: skip
#: as people and panels choose them
SECRETS = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12).filter(lambda word: "quax" not in word),
    st.text("ABCDEFGHabcdefgh0123456789", min_size=4, max_size=20), st.from_regex(r"[0-9]{4,14}", fullmatch=True),
).filter(lambda secret: not stream_credentials._is_word(secret))  # fmt: skip
NAMES = (
    "Harbour",
    "Meadow HD",
    "UK: Lantern",
    "Quarry 24",
    "Thistle+",
    "Bramble",
    "Kestrel FHD",
    "Orchard",
    "Pebble",
)


@settings(max_examples=150, deadline=None)
@given(
    accounts=st.lists(
        st.tuples(st.sampled_from(ACCOUNTS), SECRETS, SECRETS),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one[1:],
    ),
    public=st.integers(0, 12),
)
def test_every_account_of_a_list_is_masked_however_many_there_are(
    accounts: list[tuple[str, str, str]], public: int
) -> None:
    """Each account has streams of two stations or more; as many other streams of the same host belong to nobody."""
    listed = [
        (name, form.format(user=user, key=key, n=at))
        for form, user, key in accounts
        for at, name in enumerate(NAMES[:2])
    ]
    listed += [(name, f"http://h/{name.split()[0].strip(':').lower()}/index.m3u8") for name in NAMES * 2][
        :public
    ]
    for _, user, key in accounts:
        shown = cleaned(listed, f"by {user} and {key}.")[-1]
        assert shown == "by … and ….", (shown, listed)
        entry = LineupEntry(0, "", "One", icon_url=f"http://127.0.0.1/{user}/{key}/logo.png")
        entries = [LineupEntry(at, "", name, address=address) for at, (name, address) in enumerate(listed)]
        assert EntryEraser(secrets_in_lists(None, {}, entries)).clean(entry).icon_url == ""


@pytest.mark.parametrize(
    "form",
    [
        "http://h/Sport/HD12/{n}", "http://h/live/Sport/HD12/{n}.ts", "http://h/news/1080p/{n}", "http://h/Kids/FHD/{n}.ts",
        "http://h/SPORT/hevc/{n}", "http://h/channels/Fu%C3%9Fball/{n}.ts", "http://h/TV/movies/{n}",
    ],
)  # fmt: skip
def test_words_that_all_addresses_share_are_no_secrets(form: str) -> None:
    listed = [(name, form.format(n=at)) for at, name in enumerate(NAMES)]
    said = "Sky Sport HD12, news in 1080p, Kids FHD, SPORT hevc, Fußball, movies, TV"
    assert cleaned(listed, said) == [*NAMES, said]


def test_stations_with_several_streams_keep_their_names() -> None:
    """Parts of addresses that look like tokens, but are the names of stations, each with several streams."""
    listed = [
        (f"Kanal 7 Avrupa {mark}", f"http://h/kanal7avrupa22/{mark}/1.m3u8")
        for mark in ("SD", "HD", "FHD", "4K")
    ]
    listed += [(f"beIN Sports {at}", f"http://h/sports/beIN/{at}") for at in range(1, 4)]
    listed += [(name, f"http://h/other/{at}/index.m3u8") for at, name in enumerate(NAMES)]
    assert cleaned(listed, "kanal7avrupa22.tr") == [*(name for name, _ in listed), "kanal7avrupa22.tr"]


def test_the_group_of_entries_is_no_secret() -> None:
    entries = [
        LineupEntry(
            at, "", f"{name} Regional", group_name="Regional", address=f"http://h/Regional/geheim/{at}"
        )
        for at, name in enumerate(NAMES)
    ]
    eraser = EntryEraser(secrets_in_lists(None, {}, entries))
    assert [eraser.clean(one).name for one in entries] == [one.name for one in entries]
    assert eraser.text("by geheim") == "by …"


def test_a_picture_may_have_a_number_for_its_name() -> None:
    eraser = EntryEraser(
        secrets_in_lists(None, {}, streams([f"http://h/1234/5678/{n}.ts" for n in range(3)]))
    )
    assert eraser.icon("http://127.0.0.1/logos/1234.png") == "http://127.0.0.1/logos/1234.png"
    assert eraser.icon("http://127.0.0.1/1234/9.png") == eraser.icon("http://127.0.0.1/9.png?x=5678") == ""

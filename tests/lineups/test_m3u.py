"""M3U lists in all forms in which they are really written."""

from __future__ import annotations

import time

import pytest
from epg_ingest.core.errors import FeedError
from epg_ingest.lineups.entry import LineupEntry, Playlist
from epg_ingest.lineups.reading import extinf, read, uniform
from epg_ingest.lineups.reading.m3u import read_m3u
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = "http://tv.example/1.ts"


def playlist(*lines: str) -> Playlist:
    return read("\n".join(("#EXTM3U", *lines, "")).encode(), "m3u")


def entry(line: str, *between: str) -> LineupEntry:
    (found,) = playlist(line, *between, ADDRESS).entries
    assert found.address == ADDRESS
    return found


@pytest.mark.parametrize(
    ("line", "name", "source_id"),
    [
        ('#EXTINF:-1 tvg-id="one",One', "One", "one"),
        ('#EXTINF:-1 TVG-ID="one",One', "One", "one"),
        ('#EXTINF:-1 tvg-ID="one",One', "One", "one"),
        ("#EXTINF:-1 tvg-id='one',One", "One", "one"),
        ("#EXTINF:-1 tvg-id=153,One", "One", "153"),
        ("#EXTINF:-1 tvg-id=one group-title=News,One", "One", "one"),
        ('#EXTINF:-1 tvg-id = "one" ,One', "One", "one"),
        ('#EXTINF: -1 tvg-id="one" , One ', "One", "one"),
        ('#EXTINF:0001 tvg-id=" one ",One', "One", "one"),
        ('#EXTINF:10.5 tvg-id="one",One', "One", "one"),
        ('#extinf:-1 tvg-id="one",One', "One", "one"),
        ('#EXTINF:-1 tvg-id="One.uk@SD",One', "One", "One.uk@SD"),
        ('#EXTINF:-1 tvg-id="",One', "One", ""),
        ("#EXTINF:-1,One", "One", ""),
        ("#EXTINF:-1,Radio 88,8", "Radio 88,8", ""),
        ('#EXTINF:-1 tvg-name="Radio 88,8" tvg-id="r",Radio 88,8', "Radio 88,8", "r"),
        ('#EXTINF:-1 tvg-name="A "B" C" tvg-id="abc",One', "One", "abc"),
        ('#EXTINF:-1 tvg-id="abc" tvg-name="A "B"",One', "One", "abc"),
        ('#EXTINF:-1 user-agent="Player (KHTML, like Gecko)" tvg-id="one",One', "One", "one"),
        ('#EXTINF:-1, tvg-id="one" tvg-name="One"', "One", "one"),
        ('#EXTINF:-1, tvg-id="one",One', "One", "one"),
        ('#EXTINF:-1 tvg-id="one" tvg-name="One",', "One", "one"),
        ('#EXTINF:-1 tvg-id="one",', "one", "one"),
        ('#EXTINF:-1 tvg-id="one"', "one", "one"),
        ('#EXTINF:-1 tvg-id="" tvg-id="two",One', "One", "two"),
        ('#EXTINF:-1 channelID="7",One', "One", "7"),
        ('#EXTINF:-1 tvg-id="[One](https://one.example)",One', "One", "[One](https://one.example)"),
        ('#EXTINF:-1 tvg-id="x",Say "One"', 'Say "One"', "x"),
        ('#EXTINF:-1 tvg-id="x",A&amp;B', "A&B", "x"),
        ('#EXTINF:-1 tvg-id="x",U&Dave', "U&Dave", "x"),
        ('#EXTINF:-1 tvg-id="x",TV BesanÃ§on', "TV Besançon", "x"),
        ('#EXTINF:-1 tvg-id="x",CinÃ©ma Ã‰lysÃ©e', "Cinéma Élysée", "x"),
        ('#EXTINF:-1 tvg-id="x",SÃO PAULO', "SÃO PAULO", "x"),
        ('#EXTINF:-1 tvg-id="x",Первый канал', "Первый канал", "x"),
    ],
)
def test_names_and_ids(line: str, name: str, source_id: str) -> None:
    found = entry(line)
    assert (found.name, found.source_id) == (name, source_id)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks(ends: str, mark: bytes) -> None:
    lines = ["#EXTM3U", '#EXTINF:-1 tvg-id="1",Één', ADDRESS, "", '#EXTINF:-1 tvg-id="2",Two', ADDRESS]
    found = read(mark + ends.join(lines).encode()).entries
    assert [(e.position, e.name, e.source_id) for e in found] == [(1, "Één", "1"), (2, "Two", "2")]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "cp1252"])
def test_encodings(codec: str) -> None:
    text = f'#EXTM3U\n#EXTINF:-1 tvg-id="a",Télé é\n{ADDRESS}\n'
    assert [e.name for e in read(text.encode(codec)).entries] == ["Télé é"]


def test_all_that_an_entry_has() -> None:
    found = entry(
        '#EXTINF:-1 tvg-id="a" tvg-name="Name" tvg-logo="http://x/1.png" tvg-chno="7" group-title="A;B" tvg-shift="-1.5",One'
    )
    assert found._replace(address="") == LineupEntry(
        1, "7", "One", "a", ("Name",), "A;B", "http://x/1.png", shift_minutes=-90
    )


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('#EXTINF:-1 channel-number="12",One', "12"),
        ('#EXTINF:-1 tvg-chno="2.1",One', "2.1"),
        ('#EXTINF:-1 tvg-chno="x",One', ""),
        ("#EXTINF:-1,3. One", "3"),
        ("#EXTINF:-1,3 - One", "3"),
        ("#EXTINF:-1,24 Horas", ""),
    ],
)
def test_numbers(line: str, number: str) -> None:
    assert entry(line).number == number


@pytest.mark.parametrize(
    ("line", "group"),
    [
        ('#EXTINF:-1 group-title="News;Sport",One', "News;Sport"),
        ('#EXTINF:-1 group-name="TNT" ,One', "TNT"),
        ('#EXTINF:-1 group-title="",One', "Kids"),
        ("#EXTINF:-1,One", "Kids"),
    ],
)
def test_groups(line: str, group: str) -> None:
    assert entry(line, "#EXTGRP:Kids").group_name == group


def test_a_group_before_an_entry_is_that_of_the_entry_only() -> None:
    found = playlist("#EXTGRP:Kids", "#EXTINF:-1,One", ADDRESS, "#EXTINF:-1,Two", ADDRESS).entries
    assert [e.group_name for e in found] == ["Kids", ""]


def test_options_are_kept_and_comments_are_not() -> None:
    options = ("#EXTVLCOPT:http-user-agent=Me", "#KODIPROP:inputstream=adaptive", '#EXTHTTP:{"a":"b"}')
    found = entry("#EXTINF:-1,One", "#EXTREM:made by hand", *options, "# a remark")
    assert found.options == options
    first, second = playlist("#EXTINF:-1,One", ADDRESS, options[1], "#EXTINF:-1,Two", ADDRESS).entries
    assert (first.options, second.options) == ((), (options[1],))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('catchup="default" catchup-source="http://one.example/${start}"',
         'catchup="default" catchup-source="http://one.example/${start}"'),
        ('catchup-days="7" tvg-logo="x" catchup="shift"', 'catchup="shift" catchup-days="7"'),
        ('timeshift="3" tvg-rec="3"', 'timeshift="3" tvg-rec="3"'),
        ('USER-AGENT="Me (KHTML, like "Gecko")"', """user-agent="Me (KHTML, like 'Gecko')\""""),
        ("http-referrer=http://one.example/", 'http-referrer="http://one.example/"'),
        ('tvg-country="DE" catchup=""', None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 4])
def test_attributes_for_the_player_are_kept(written: str, kept: str | None, count: int) -> None:
    lines = [f'#EXTINF:-1 tvg-id="one" {written},One', "#KODIPROP:x=1", ADDRESS] * count
    expected = (*([f"#EXTINF: {kept}"] if kept else []), "#KODIPROP:x=1")
    assert [found.options for found in playlist(*lines).entries] == [expected] * count


def test_the_header_speaks_for_entries_that_say_nothing() -> None:
    text = "\n".join([
        '#EXTM3U catchup="append" catchup-source="?utc={utc}&a=1,2" tvg-shift="1"',
        "#EXTINF:-1,One", ADDRESS, '#EXTINF:-1 catchup="flussonic",Two', "#EXTVLCOPT:x", ADDRESS,
    ])  # fmt: skip
    one, two = read(f"{text}\n".encode(), "m3u").entries
    assert one.options == ('#EXTINF: catchup="append" catchup-source="?utc={utc}&a=1,2"',)
    assert two.options == ('#EXTINF: catchup="flussonic"', "#EXTVLCOPT:x")


@pytest.mark.parametrize(
    ("line", "address", "kind"),
    [
        ('#EXTINF:-1 radio="true",One', ADDRESS, "radio"),
        ('#EXTINF:-1 RADIO="1",One', ADDRESS, "radio"),
        ('#EXTINF:-1 radio="false",One', ADDRESS, "tv"),
        ('#EXTINF:-1 group-title="FR | RADIOS",One', ADDRESS, "radio"),
        ('#EXTINF:-1 group-title="Radiology",One', ADDRESS, "tv"),
        ("#EXTINF:-1,One", "http://r.example/one.mp3", "radio"),
        ("#EXTINF:-1,Film", "http://p.example/movie/u/p/1.mkv", "vod"),
        ("#EXTINF:-1,Episode", "http://p.example/series/u/p/1.ts", "vod"),
        ("#EXTINF:-1,Film", "http://p.example/film.mp4?token=x", "vod"),
        ('#EXTINF:-1 tvg-type="movie",Film', ADDRESS, "vod"),
        ("#EXTINF:-1,---●★| SPORT |★●---", ADDRESS, "separator"),
        ("#EXTINF:-1,AT: ----- AUSTRIA -----", ADDRESS, "separator"),
        ("#EXTINF:-1,##### UK #####", ADDRESS, "separator"),
        ("#EXTINF:-1,★ VIP ★", ADDRESS, "separator"),
        ("#EXTINF:-1,=====", ADDRESS, "separator"),
        ("#EXTINF:-1,Canal+", ADDRESS, "tv"),
        ("#EXTINF:-1,¡Hola!", ADDRESS, "tv"),
        ("#EXTINF:-1,|FR| TF1", ADDRESS, "tv"),
        ("#EXTINF:-1,One", "plugin://plugin.video.one/?x=1", "tv"),
        ("#EXTINF:-1,One", "[NO PUBLIC STREAM]", "tv"),
    ],
)
def test_kinds(line: str, address: str, kind: str) -> None:
    (found,) = playlist(line, address).entries
    assert (found.kind, found.address) == (kind, address)


def test_pictures_in_the_list_are_left_out() -> None:
    inline = "data:image/png;base64," + "A" * 100_000
    assert entry(f'#EXTINF:-1 tvg-id="a" tvg-logo="{inline}",One').icon_url == ""
    assert (
        entry('#EXTINF:-1 logo="http://x/imagecache/7" tvg-id="0f",One HD').icon_url
        == "http://x/imagecache/7"
    )


def test_the_header_gives_guides_and_more() -> None:
    guides = 'x-tvg-url="http://a.example/1.xml,https://b.example/2.xml?a=1,2" catchup="default"'
    found = read(f'#EXTM3U {guides} url-tvg="http://c.example/3.xml"\n#EXTINF:-1,One\n{ADDRESS}\n'.encode())
    assert found.guide_addresses == (
        "http://a.example/1.xml",
        "https://b.example/2.xml?a=1,2",
        "http://c.example/3.xml",
    )
    assert found.header == {"catchup": "default"}


def test_secrets_are_in_no_repr() -> None:
    found = read(
        b'#EXTM3U url-tvg="http://u:pa55@x/"\n#EXTINF:-1,One\n#KODIPROP:key=pa55\nhttp://x/u/pa55/1\n'
    )
    assert "pa55" not in repr(found) + repr(found.entries) + str(found.entries[0])


@pytest.mark.parametrize("start", ["", "#EXTM3U8\n", "made by hand\n#EXTM3U\n", "#EXTM3U\n#EXTM3U\n"])
def test_beginnings(start: str) -> None:
    assert [e.name for e in read(f"{start}#EXTINF:-1,One\n{ADDRESS}".encode(), "m3u").entries] == ["One"]


def test_what_is_missing_is_counted_and_costs_one_entry() -> None:
    found = playlist(
        "#EXTINF:-1,Lost", "#EXTINF:-1,One", ADDRESS, ADDRESS, "#EXTINF:-1,Two", ADDRESS, "#EXTINF:-1,End"
    )
    assert [e.name for e in found.entries] == ["One", "Two"]
    assert {(p.code, p.count) for p in found.problems} == {("noaddress", 2), ("noextinf", 1)}


@pytest.mark.parametrize("cut", ['#EXTINF:-1 tvg-id="on', "#EXTINF:-1,On", "#EXTINF:-1,One\n#EXTVLCOPT:ht"])
def test_a_list_that_is_cut_off_is_refused(cut: str) -> None:
    with pytest.raises(FeedError, match="cut off in the middle of entry 2") as error:
        read(f"#EXTM3U\n#EXTINF:-1,One\n{ADDRESS}\n{cut}".encode())
    assert error.value.code == "truncated"


usual_values = st.text(st.sampled_from("ab1 é,=&#;|\"'+-"), max_size=6)
lines = st.builds(
    lambda keys, name, options: (
        "#EXTINF:-1"
        + "".join(f' {key}="{value}"' for key, value in keys.items())
        + f",{name}"
        + "".join(f"\n{option}" for option in options)
        + f"\n{ADDRESS}"
    ),
    st.dictionaries(
        st.sampled_from(
            ["tvg-id", "tvg-name", "tvg-logo", "group-title", "radio", "x", "catchup", "User-Agent"]
        ),
        usual_values,
    ),
    usual_values,
    st.lists(st.sampled_from(["#EXTVLCOPT:a", "#KODIPROP:b"]), max_size=2),
)


@pytest.mark.parametrize(
    ("said", "kind"), [('radio="1 "', "radio"), ('radio=" true"', "radio"), ('type=" movie "', "vod")]
)
@pytest.mark.parametrize("times", [1, 4])
def test_blanks_around_a_value_do_not_count(said: str, kind: str, times: int) -> None:
    found = read(f"#EXTM3U\n{f'#EXTINF:-1 {said},One{chr(10)}{ADDRESS}{chr(10)}' * times}".encode()).entries
    assert [one.kind for one in found] == [kind] * times


@given(st.lists(lines, min_size=1, max_size=8))
def test_many_at_once_are_the_same_as_one_by_one(texts: list[str]) -> None:
    together = uniform.many("\n" + "\n".join(texts), 1)
    alone = [read_m3u([f"#EXTM3U\n{text}\n"]).entries[0] for text in texts]
    if together is not None:
        assert together == [found._replace(position=at) for at, found in enumerate(alone, 1)]


@given(st.text(st.sampled_from("ab ,=\"' \t-1"), max_size=40))
def test_any_line_is_read(text: str) -> None:
    found, name = extinf.split(text)
    assert name == name.strip() and all(key == key.lower() for key in found)


def test_a_long_line_takes_time_in_line_with_its_length() -> None:
    """Quotes that end no value, and keys without values, must not be looked at again and again: that took a minute for each."""
    begun = time.process_time()
    for part in ('"', ' a="', ' a= "b', ' a="b" c', ' "a" '):
        assert extinf.split('-1 x="' + part * 20_000)[0]
    assert time.process_time() - begun < 10

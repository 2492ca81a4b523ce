"""Texts that were encoded or escaped twice, mended where a provider asks for it and where it can be proved."""

from __future__ import annotations

import json
from unicodedata import category

import pytest
from epg_ingest.guide.providers import update_provider
from epg_ingest.parse.repair.double_encoding import repaired
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide, feed, show


def mended(text: str) -> str:
    """What becomes of the markup of a text in a programme."""
    start, end = '<programme channel="RTÃ‰" start="1"><title>', "</title>"
    found = repaired(f"{start}{text}{end}".encode(), "utf-8").decode()
    assert found.startswith(start) and found.endswith(end)
    return found[len(start) : -len(end)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OlimpÃ\xadadas", "Olimpíadas"),
        ("MÃ¡s allÃ¡", "Más allá"),
        ("GroÃŸstadtrevier", "Großstadtrevier"),
        ("Donâ€™t â€“ â€œstopâ€\x9d", "Don’t – “stop”"),
        ("Donâ\x80\x99t", "Don’t"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("РџСЂРёРІРµС‚", "Привет"),
        ("æˆ‘ä»¬", "我们"),
        ("Â£5 â‚¬ 5", "£5 € 5"),
        ("cittÃ\xa0", "città"),
        # encoded three times
        ("Ãƒâ€šÃ‚Â©", "©"),
        # the other words are right
        ("OlimpÃ\xadadas – Café", "Olimpíadas – Café"),
        ("Fußball â\x80\x93 Live", "Fußball – Live"),
        ("OlimpÃ&#173;adas &lt; 5 &#60; 6", "Olimpíadas &lt; 5 &#60; 6"),
        # signs at the edges of a word that are right
        ("¡QuÃ©!", "¡Qué!"),
        ("«OlÃ©»", "«Olé»"),
        ("“VÃ­deo” – café", "“Vídeo” – café"),
        ("l’Ã©cole", "l’école"),
        # a capital letter at the beginning
        ("ÃŽle", "Île"),
        ("Å’uvre", "Œuvre"),
        ("L’ÃŽle d’Oz", "L’Île d’Oz"),
        ("Å’dipe roi – opéra", "Œdipe roi – opéra"),
        ("Å½luÅ¥", "Žluť"),
        ("â„¢", "™"),
        ("PÃ” d’Or", "PÔ d’Or"),
        # code pages of DOS and Mac OS with one reading
        ("Olimp├¡adas", "Olimpíadas"),
        ("Olimp√≠adas", "Olimpíadas"),
        ("ÔÇª", "…"),
        # escaped twice, or more often
        ("AT&amp;amp;T", "AT&amp;T"),
        ("&amp;amp;amp;amp;", "&amp;"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&amp;eacute;t&amp;eacute; &amp;hellip;", "été …"),
        ("It&amp;#39;s &amp;#x2026;", "It&#39;s &#x2026;"),
        (
            "<![CDATA[R&amp;B <b>]]> &amp;amp; <![CDATA[OlimpÃ\xadadas]]>",
            "R&amp;B &lt;b&gt; &amp; Olimpíadas",
        ),
        ("<i>OlimpÃ\xadadas</i> Ã©", "<i>Olimpíadas</i> é"),
    ],
)
def test_what_can_be_proved_is_mended(text: str, expected: str) -> None:
    assert mended(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ã", "NÃO", "SÃO PAULO", "cittÃ ", "Pâté Ã la carte", "CAFÉ »", "CAFÉ»", "«À»", "¡Olé!", "L’été – déjà", "VIỆT NAM",
        "Ärzte ÄÖÜ", "Žižek", "Ελλάδα", "日本", "Привет", "R&amp;B", "AT&amp;T", "&amp;nosuch;", "&amp; amp;", "&amp;amp",
        "&eacute;", "&#233;", "A &lt; B", "x" * 9, "<![CDATA[OlimpÃ\xadadas", "Å koda", "100 €", "½ Â",
        # real letters before quotes and dots, also several times
        "Spaß… und Heiß…", "Spaß“ heute, Spaß“ morgen", "CAFÉ™ CAFÉ™", "„Groß“ „Voß’“", "VÝŠKA VÝŽIVA", "“J’adore le café…”",
        "AMANHÃ” AMANHÃ”", "«MANHÃ»", "¡OLÉ!", "Å’et", "Å’s", "Å…ja", "„Å“", "“Å–Ö”", "Ä’n",
        # two readings
        "┼¢lu┼Ñou─ìk├¢",
    ],
)  # fmt: skip
def test_nothing_is_guessed(text: str) -> None:
    assert mended(text) == text


@given(st.text(alphabet=st.characters(min_codepoint=0xA1, max_codepoint=0x24F), min_size=3))
def test_words_encoded_twice_come_back(text: str) -> None:
    """Unless a text may be right as it is. What is mended is what it was, which may look as if encoded twice itself."""
    twice = text.encode().decode("latin-1").encode().decode()
    assert mended(twice) in (text, twice, mended(text))


@given(st.text(alphabet=st.characters(min_codepoint=0xA1, max_codepoint=0x2FFF), min_size=1))
def test_no_text_becomes_unreadable(text: str) -> None:
    """Nothing turns into characters of private use, or such that are not assigned."""
    for code in ("mac_roman", "cp437", "cp850", "cp1252"):
        wrong = text.encode().decode(code, "replace").translate(dict.fromkeys(b"<>&'\"", "x"))
        meaningless = {c for c in mended(wrong) if category(c) in ("Co", "Cn")}
        assert meaningless <= set(wrong)


@given(st.text())
def test_any_text_is_taken_and_a_second_time_changes_nothing(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    once = repaired(raw, "utf-8")
    assert repaired(once, "utf-8") == once or b"&amp;" in raw


@given(st.binary(), st.sampled_from(["utf-8", "cp1252", "gb18030"]))
def test_any_bytes_are_taken(raw: bytes, encoding: str) -> None:
    repaired(raw, encoding)


BODY = feed(
    [
        show(
            "one", NOON, NOON + 3600, "OlimpÃ\xadadas &amp; more",
            "<desc>FrÃ¼h</desc><category>MÃºsica</category><credits><actor role='HÃ©roe'>JosÃ©</actor></credits>",
        )
    ],
    [("one", "TelevisiÃ³n")],
)  # fmt: skip


def titles(guide: Guide) -> list[str]:
    return [row["title"] for row in guide.rows()]


def test_it_is_off_until_somebody_asks_for_it(guide: Guide) -> None:
    """A change of the setting reads the same body again, in both directions."""
    guide.load("p", BODY)
    (before,) = guide.rows()
    assert before["title"] == "OlimpÃ\xadadas &amp; more"
    update_provider(guide.db, guide.vault, "p", {"repair_text": True}, now=NOON)
    row = guide.load("p", BODY)
    assert (row["programs_updated"], row["problems"]) == (1, 0)
    (after,) = guide.rows()
    assert (after["id"], after["title"], after["description"]) == (before["id"], "Olimpíadas & more", "Früh")
    assert (json.loads(after["category"]), json.loads(after["actors"])) == (["Música"], ["José"])
    assert json.loads(after["details"])["credits"][0]["role"] == "Héroe"
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "Televisión"}]
    assert guide.load("p", BODY + b" ")["programs_unchanged"] == 1
    update_provider(guide.db, guide.vault, "p", {"repair_text": False}, now=NOON + 1)
    guide.load("p", BODY)
    assert titles(guide) == ["OlimpÃ\xadadas &amp; more"]


def test_ids_stay_so_that_channels_stay(guide: Guide) -> None:
    body = feed([show("RTÃ‰", NOON, NOON + 3600, "MÃ¡s")], [("RTÃ‰", "RTÃ‰ One")])
    guide.load("p", body, repair_text=True)
    assert guide.rows("SELECT provider_channel_id AS id FROM feed_channels") == [{"id": "RTÃ‰"}]
    assert titles(guide) == ["Más"]


def test_other_encodings(guide: Guide) -> None:
    body = feed([show("one", NOON, NOON + 3600, "MÃ¡s Ã± &amp; ü")], [("one", "One")])
    body = body.replace(b"UTF-8", b"ISO-8859-1").decode().encode("cp1252")
    guide.load("p", body, repair_text=True)
    assert titles(guide) == ["Más ñ & ü"]

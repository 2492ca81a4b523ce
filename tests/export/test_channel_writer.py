"""A channel in an XMLTV export: everything that its providers say, each once."""

from __future__ import annotations

import io
import re

import pytest
from epg_ingest.export.form import Form
from epg_ingest.export.xmltv import write_xmltv
from epg_ingest.guide.channels import update_channel
from epg_ingest.guide.providers import update_provider

from tests.helpers.support import HOUR, NOON, Guide, feed, show

ROUND_TRIP = Form(round_trip=True)
FIRST = (
    '<channel id="a"><display-name>12</display-name><display-name>Arte</display-name>'
    '<display-name lang="de">Arte</display-name><icon src="http://i/1" width="9"/><url>http://u/1</url></channel>'
)
SECOND = (
    '<channel id="a"><display-name lang="fr">ARTE</display-name><display-name>Arte</display-name>'
    '<display-name>7</display-name><icon src="http://i/2"/><icon src="http://i/1"/>'
    '<url system="s">http://u/2</url><url>http://u/1</url></channel>'
)


def load(guide: Guide, provider: str, channel: str) -> None:
    body = feed([show("a", NOON, NOON + HOUR, "t")]).replace(b"<tv>", f"<tv>{channel}".encode())
    assert guide.load(provider, body)["status"] == "success"


def exported(guide: Guide, provider: str | None = None, form: Form = ROUND_TRIP) -> list[str]:
    out = io.BytesIO()
    write_xmltv(guide.db, out, provider=provider, form=form)
    channel = re.search(r"<channel id=.a.>(.*?)</channel>", out.getvalue().decode(), re.DOTALL)
    assert channel
    return re.findall(r"<\?.*?\?>|<icon[^>]*/>|<[^/][^>]*>[^<]*</[^>]*>", channel[1])


def test_all_providers_are_heard_the_best_first(guide: Guide) -> None:
    load(guide, "p", FIRST)
    load(guide, "q", SECOND)
    assert exported(guide) == [
        "<display-name>Arte</display-name>",
        '<display-name lang="de">Arte</display-name>',
        "<display-name>12</display-name>",
        '<display-name lang="fr">ARTE</display-name>',
        '<icon src="http://i/1" width="9"/>',
        '<icon src="http://i/2"/>',
        "<url>http://u/1</url>",
        '<url system="s">http://u/2</url>',
    ]


def test_the_export_of_one_provider_has_what_it_says(guide: Guide) -> None:
    load(guide, "p", FIRST)
    load(guide, "q", SECOND)
    found = exported(guide, "q")
    assert '<display-name lang="fr">ARTE</display-name>' in found and '<icon src="http://i/2"/>' in found
    assert '<display-name lang="de">Arte</display-name>' not in found


def test_disabled_providers_are_not_heard(guide: Guide) -> None:
    load(guide, "p", FIRST)
    load(guide, "q", SECOND)
    update_provider(guide.db, guide.vault, "q", {"enabled": False}, now=NOON)
    assert "<display-name>7</display-name>" not in exported(guide)
    assert '<icon src="http://i/2"/>' not in exported(guide)


def test_what_a_person_set_comes_first(guide: Guide) -> None:
    load(guide, "p", FIRST)
    update_channel(guide.db, "a", {"display_name": "Mine", "icon_url": "http://me/", "number": "5"})
    assert exported(guide) == [
        '<?epg number="5"?>',
        "<display-name>Mine</display-name>",
        "<display-name>Arte</display-name>",
        '<display-name lang="de">Arte</display-name>',
        "<display-name>12</display-name>",
        '<icon src="http://me/"/>',
        '<icon src="http://i/1" width="9"/>',
        "<url>http://u/1</url>",
    ]


def test_the_number_of_a_worse_provider_is_kept_if_it_is_the_channels(guide: Guide) -> None:
    load(guide, "p", FIRST.replace("<display-name>12</display-name>", ""))
    load(guide, "q", SECOND)
    assert exported(guide)[0] == "<display-name>Arte</display-name>"
    assert "<display-name>7</display-name>" in exported(guide)
    assert not any(part.startswith("<?") for part in exported(guide))


@pytest.mark.parametrize(
    ("icon", "expected"),
    [
        ("http://i/1", ['<icon src="https://tv.example/guide/logo/1"/>']),
        ("data:image/png;base64,AAAA", ['<icon src="https://tv.example/guide/logo/1"/>']),
        ("javascript:alert(1)", []),
        (None, []),
    ],
)
def test_logos_of_a_site_replace_those_of_all_feeds(
    guide: Guide, icon: str | None, expected: list[str]
) -> None:
    load(guide, "p", FIRST)
    load(guide, "q", SECOND)
    guide.db.execute("UPDATE channels SET icon_url = ?", [icon])
    found = exported(guide, form=Form(site="https://tv.example/guide/"))
    assert [element for element in found if element.startswith("<icon")] == expected

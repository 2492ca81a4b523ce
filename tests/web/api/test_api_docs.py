"""Every `curl` line of `docs/api.md` is run against a real server, in order, and answers what stands below it. Every route,
parameter, field and setting is in the document, as the code has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import yaml
from epg_web.api.description.schemas import SCHEMAS
from epg_web.api.routes import ROUTES, STREAMS, Route, match
from epg_web.base.access import SETTINGS, wrong_with
from epg_web.base.instance_names import CONFIG
from epg_web.base.params import MAX_ID, Param

from tests.helpers.api_document import Reader, alike, blocks, differences, examples, parse, shown_json, text
from tests.helpers.api_server import site

DOCUMENTED = (*ROUTES, *STREAMS.values())
ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.M)
HEADING = re.compile(r"^#{2,4} (.*)$", re.M)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with site(tmp_path_factory.mktemp("docs") / "site") as (address, feeds):
        for name, body in zip(("tv", "south"), blocks("xml"), strict=True):
            feeds.serve(f"/{name}.xml", body.encode())
        feeds.serve("/list.m3u", blocks("m3u")[0].encode())
        yield Reader(address, feeds.url())


def test_every_line_answers_what_is_shown(reader: Reader) -> None:
    for command, shown in examples():
        assert reader.problems(command, shown) == [], command


def route_of(command: str) -> Route:
    """The route a line asks for."""
    asked = parse(command, "http://127.0.0.1:8001")
    found = match(urlsplit(asked.url).path)
    assert found and asked.method in found[0], f"no such route: {command}"
    return found[0][asked.method]


def sections() -> dict[str, str]:
    parts = HEADING.split(text())
    assert len(set(parts[1::2])) == len(parts[1::2]), "two headings are the same"
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def title(route: Route) -> str:
    return f"`{route.method} {route.path}`"


def test_every_route_has_a_heading_and_no_other() -> None:
    headings = {name for name in sections() if re.match(r"`[A-Z]+ /", name)}
    assert headings == {title(route) for route in DOCUMENTED}


@pytest.mark.parametrize("route", DOCUMENTED, ids=lambda route: route.name)
def test_every_route_is_shown_below_its_heading(route: Route) -> None:
    below = sections()[title(route)]
    lines = re.findall(r"^\$ (.*)$", below.replace("\\\n", " "), re.M)
    assert route in map(route_of, lines)


def meaning(param: Param) -> str:
    """What the document says of a parameter."""
    said = [param.description]
    if param.choices:
        said.append(f"One of {', '.join(param.choices)}.")
    if param.high < MAX_ID and param.kind == "int":
        default = "" if param.default is None else f", {param.default} by default"
        said.append(f"{param.low} to {param.high}{default}.")
    return " ".join(said)


@pytest.mark.parametrize("route", DOCUMENTED, ids=lambda route: route.name)
def test_every_parameter_is_explained_and_no_other(route: Route) -> None:
    rows = ROW.findall(sections()[title(route)])
    assert rows == [(param.name, meaning(param)) for param in route.params]


def described(name: str) -> list[tuple[str, str]]:
    """Fields of a schema; of an object in another object only its name."""
    properties = SCHEMAS[name]["properties"]
    return [(key, part.get("description", "")) for key, part in properties.items()]


FIELDS = (
    "ChannelDetail", "ProgramDetail", "ProgramRow", "Change", "ProviderDetail", "Mapping", "Candidate", "ImportDetail",
    "ProviderNew", "ChannelChange", "MappingNew", "Trigger", "LineupNew", "LineupEntry", "LineupEntryChange", "LineupDetail",
    "Rule", "RuleNew", "RuleChange", "RuleDone", "RuleSet", "RuleSetsChoice", "RuleSetsDone", "RuleTest", "RuleTrial",
    "Watch", "WatchNew", "WatchChange", "WatchPreview", "AlertTarget", "AlertTargetNew", "AlertTargetChange", "AlertTargetMade",
    "AlertTest", "Alert",
)  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_explained_and_no_other(name: str) -> None:
    rows = ROW.findall(sections()[f"`{name}`"])
    assert [row[0] for row in rows] == [row[0] for row in described(name)]
    assert all(shown == said for (_, shown), (_, said) in zip(rows, described(name), strict=True) if said)


def test_every_setting_of_the_plugin_is_explained_and_no_other() -> None:
    assert {name for name, _ in ROW.findall(sections()["Settings"])} == set(SETTINGS)


def test_the_settings_shown_are_right() -> None:
    shown = [(yaml.safe_load(block).get("plugins") or {}).get(CONFIG) for block in blocks("yaml")]
    assert len(shown) - shown.count(None) == 3
    assert [wrong_with(found) for found in shown] == [None] * len(shown)


def test_what_is_left_out_is_what_may_differ() -> None:
    assert list(differences(shown_json('{"a": [1, …], …}'), {"a": [1, 2], "b": 3})) == []
    assert list(differences(shown_json('{"a": [1, …]}'), {"a": [2], "b": 3}))
    assert list(differences({"created_at": "2026-01-01T00:00:00Z"}, {"created_at": "2026-01-01"}))
    assert list(differences({"start_time": "2026-01-01T00:00:00Z"}, {"start_time": "2026-01-02T00:00:00Z"}))
    assert list(differences([True], [1]))
    assert list(differences([1], [1, 2]))
    assert not alike("/api/…/1", "/api/v1/2")

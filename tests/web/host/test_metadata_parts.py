"""Metadata by its keys: nothing is lost, what a user gave wins, and a page that lists tables copies little."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette
from epg_web.host.metadata_parts import part_of, parted
from epg_web.host.running import FROM_1_0
from epg_web.host.site_texts import merged, options

from tests.helpers.datasette_helpers import make_guide
from tests.helpers.paths import ROOT

SITE: dict[str, Any] = {
    "title": "A site", "allow_sql": False,
    "databases": {
        "epg": {
            "description": "A guide", "allow": {"id": "root"},
            "tables": {
                "channels": {"title": "Channels", "columns": {"id": "Its number"}, "facet_size": 7, "allow": False},
                "contents": {"columns": {"title": "The title"}},
            },
        },
        "other": {"tables": {"empty": {}}, "queries": {"one": {"sql": "select 1", "title": "One"}}},
        "plain": {},
    },
}  # fmt: skip
needs_0_65 = pytest.mark.skipif(FROM_1_0, reason="1.0 asks no hook for metadata")


@pytest.mark.parametrize(
    "metadata", [SITE, yaml.safe_load((ROOT / "metadata.yaml").read_text()), {}, {"databases": {}}]
)
def test_the_parts_are_the_whole(metadata: dict[str, Any]) -> None:
    before = copy.deepcopy(metadata)
    rest, shown = parted(metadata)
    assert merged(shown, rest) == metadata == before
    assert "columns" not in str(rest.get("databases", {}).get("epg", {}).get("tables", {}).keys())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, SITE), ("databases", SITE), ("title", {"title": "A site", "databases": {
            "epg": {"tables": {"channels": {"title": "Channels"}}}, "other": {"queries": {"one": {"title": "One"}}}}}),
        ("allow", {"databases": {"epg": {"allow": {"id": "root"}, "tables": {"channels": {"allow": False}}}}}),
        ("allow_sql", {"allow_sql": False}), ("licence", {}),
        ("queries", {"databases": {"other": {"queries": SITE["databases"]["other"]["queries"]}}}),
    ],
)  # fmt: skip
def test_what_is_said_about_a_key(key: str | None, expected: dict[str, Any]) -> None:
    found = part_of(SITE, key)
    assert found == expected
    found.setdefault("databases", {}).setdefault("epg", {})["allow"] = "changed"
    assert SITE["databases"]["epg"]["allow"] == {"id": "root"}


def test_tables_keep_what_permissions_ask_for() -> None:
    tables = part_of(SITE, "tables")["databases"]["epg"]["tables"]
    assert tables == {"channels": {"allow": False}, "contents": {}}


@needs_0_65
async def test_a_site_says_what_its_user_wrote_and_else_what_we_do(tmp_path: Path) -> None:
    make_guide(tmp_path / "epg.db").close()
    given = {
        "databases": {
            "epg": {"tables": {"channels": {"columns": {"id": "Mine"}, "description": "My channels"}}}
        }
    }
    ours = yaml.safe_load((ROOT / "metadata.yaml").read_text())["databases"]["epg"]["tables"]["channels"]
    ds = Datasette([str(tmp_path / "epg.db")], metadata=copy.deepcopy(given))
    await ds.invoke_startup()
    said = ds.metadata("databases")["epg"]["tables"]["channels"]
    assert said == {**ours, "description": "My channels", "columns": {**ours["columns"], "id": "Mine"}}
    assert "Mine" in (await ds.client.get("/epg/channels")).text
    assert options(ds)["metadata"]["databases"] == given["databases"]


@needs_0_65
async def test_the_page_of_the_database_copies_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_guide(tmp_path / "epg.db").close()
    ds = Datasette([str(tmp_path / "epg.db")], metadata={"title": "A site"})
    await ds.invoke_startup()
    asked, copied = 0, 0
    sources = ds._metadata_sources

    def counted(*arguments: Any) -> Any:
        nonlocal asked, copied
        for source in sources(*arguments):
            asked, copied = asked + 1, copied + len(str(source))
            yield source

    monkeypatch.setattr(ds, "_metadata_sources", counted)
    assert (await ds.client.get("/epg")).status_code == 200
    # The whole metadata each time would be 37 kB.
    assert asked > 200 and copied / asked < 2000

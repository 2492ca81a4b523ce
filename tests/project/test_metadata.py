"""Every table, view and column is described, nothing else is, and the documents say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.helpers.datasette_helpers import (
    ROOT,
    add,
    described,
    make_guide,
    moment,
    queries_document,
    schema,
    serving,
    tables_document,
)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    conn = make_guide(tmp_path / "epg.db")
    add(conn, 1, moment(-1), moment(1), "Harbour lights", description="Ships")
    conn.close()
    return tmp_path / "epg.db"


def columns_described() -> dict[str, list[str]]:
    return {name: sorted(table["columns"]) for name, table in described().items()}


def test_described_is_what_exists(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    exists = {name: sorted(columns) for name, columns in schema(conn).items()}
    conn.close()
    assert columns_described() == exists


def test_a_column_that_nobody_described_is_noticed(tmp_path: Path) -> None:
    conn = make_guide(tmp_path / "epg.db")
    conn.execute("ALTER TABLE channels ADD COLUMN surprise TEXT")
    exists = {name: sorted(columns) for name, columns in schema(conn).items()}
    conn.close()
    assert columns_described() != exists


def test_texts_need_no_escaping() -> None:
    for name, table in described().items():
        for text in (table["title"], table["description"], *table["columns"].values()):
            assert isinstance(text, str) and text.strip(), name
            assert not set(text) & set("<>&"), f"{name}: {text}"
            assert "|" not in text, f"{name}: {text}"


@pytest.mark.parametrize(
    ("name", "document"),
    [("tables", tables_document), ("queries", queries_document)],
    ids=["tables", "queries"],
)
def test_document_is_up_to_date(name: str, document: object) -> None:
    assert callable(document)
    written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == document(), f"run: python -m tests.helpers.datasette_helpers {name} > docs/{name}.md"


def test_the_token_is_a_reference() -> None:
    metadata = yaml.safe_load((ROOT / "metadata.yaml").read_text(encoding="utf-8"))
    assert metadata["plugins"]["datasette-auth-tokens"]["tokens"] == [
        {"token": {"$env": "EPG_API_TOKEN"}, "actor": {"id": "epg-admin"}}
    ]


async def test_pages_show_descriptions_and_hide_internals(guide: Path) -> None:
    async with serving(guide) as ds:
        home = await ds.client.get("/epg.json")
        hidden = {table["name"] for table in home.json()["tables"] if table["hidden"]}
        shown = {table["name"] for table in home.json()["tables"]} - hidden
        internal = {
            "guide",
            "programs",
            "contents_fts",
            "_sqlite_migrations",
            "installation",
            "sqlite_sequence",
            "episode_rows",
            "episode_ledger",
            "episodes",
        }
        assert shown == set(described()) - internal
        page = await ds.client.get("/epg/programs")
        assert page.status_code == 200
        assert described()["programs"]["columns"]["shadowed_by"] in page.text
        assert "Channel One" in (await ds.client.get("/epg/airings")).text, "channel_id has no label"


async def test_no_table_that_is_shown_refers_to_a_hidden_one(guide: Path) -> None:
    """Programs that follow foreign keys, such as datasette-graphql, leave hidden tables out."""
    async with serving(guide) as ds:
        tables = (await ds.client.get("/epg.json")).json()["tables"]
    hidden = {table["name"] for table in tables if table["hidden"]}
    refers = {
        (table["name"], key["other_table"])
        for table in tables
        if not table["hidden"]
        for key in table["foreign_keys"]["outgoing"]
    }
    assert [pair for pair in refers if pair[1] in hidden] == []
    assert ("airings", "contents") in refers


@pytest.mark.parametrize("table", ["programs", "guide"])
async def test_the_search_box_finds(guide: Path, table: str) -> None:
    async with serving(guide) as ds:
        assert 'name="_search"' in (await ds.client.get(f"/epg/{table}")).text
        for word, found in (("ships", ["Harbour lights"]), ("nothing", [])):
            rows = (await ds.client.get(f"/epg/{table}.json?_search={word}&_shape=array")).json()
            assert [row["title"] for row in rows] == found


async def test_every_table_and_view_answers(guide: Path) -> None:
    async with serving(guide) as ds:
        for name in described():
            assert (await ds.client.get(f"/epg/{name}")).status_code == 200, name
            assert (await ds.client.get(f"/epg/{name}.json")).status_code == 200, name


def test_settings_are_known_to_datasette() -> None:
    from datasette.app import DEFAULT_SETTINGS

    settings = json.loads((ROOT / "settings.json").read_text(encoding="utf-8"))
    assert {name: type(value) for name, value in settings.items()} == {
        name: type(DEFAULT_SETTINGS[name]) for name in settings
    }
    assert settings["default_allow_sql"] and not settings["suggest_facets"] and not settings["allow_download"]

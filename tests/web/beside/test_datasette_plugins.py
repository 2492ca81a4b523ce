"""Plugins that users of Datasette expect, each beside the guide and asked one question. docs/datasette-plugins.md has the list.

They are in a virtual environment of their own (`make test-plugins`) and in that of Datasette 1.0: a plugin takes part in every
instance of its environment.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from epg_web.host.running import FROM_1_0

from tests.helpers.datasette_helpers import add, copy_bundle, make_guide, moment
from tests.helpers.webprocess import Reply, Web, web_process

SQL = "/epg/-/query" if FROM_1_0 else "/epg"
EVENTS = "SELECT title AS event_name, start_time AS event_dtstart, end_time AS event_dtend FROM guide"
FEED = (
    "SELECT id AS atom_id, title AS atom_title, title AS atom_content, updated_at AS atom_updated FROM guide"
)


pytestmark = pytest.mark.elsewhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("beside") / "bundle"
    made.mkdir()
    conn = make_guide(copy_bundle(made) / "epg.db")
    add(conn, 1, moment(-1), moment(30), "Lighthouse")
    conn.close()
    return made


@contextmanager
def with_plugin(folder: Path, plugin: str) -> Iterator[Web]:
    """A server with the bundle and this plugin alone. One that is not installed skips the test."""
    try:
        importlib.metadata.distribution(plugin)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{plugin} is not installed here: make test-plugins")
    with web_process(folder, DATASETTE_LOAD_PLUGINS=f"datasette-auth-tokens,{plugin}") as web:
        yield web


def post(web: Web, path: str, body: Any, **headers: str) -> Reply:
    sent = {"accept": "application/json, text/event-stream", "content-type": "application/json", **headers}
    return web.ask(path, "POST", json.dumps(body).encode(), sent)


def page(folder: Path, plugin: str, path: str) -> str:
    with with_plugin(folder, plugin) as web:
        reply = web.ask(path)
        assert reply.status == 200, reply.text[:500]
        return reply.body.decode()


class Agent:
    """A program that speaks the Model Context Protocol."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.session: dict[str, str] = {}
        who = {"name": "test", "version": "1"}
        begun = self.post(
            "initialize",
            id=1,
            params={"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": who},
        )
        self.session = {"mcp-session-id": begun.headers["mcp-session-id"]}
        self.post("notifications/initialized")

    def post(self, method: str, **more: Any) -> Reply:
        return post(self.web, "/-/mcp", {"jsonrpc": "2.0", "method": method, **more}, **self.session)

    def ask(self, method: str, **params: Any) -> Any:
        reply = self.post(method, id=2, params=params)
        assert reply.status == 200, reply.text
        return json.loads(reply.body)["result"]


def test_mcp(folder: Path) -> None:
    tools = (
        ("now", {}),
        ("search", {"q": "lighthouse"}),
        ("schedule", {"channel": 1}),
        ("execute_canned_query", {"database": "epg", "query": "on_now", "parameters": {}}),
    )
    with with_plugin(folder, "datasette-mcp") as web:
        agent = Agent(web)
        names = {tool["name"] for tool in agent.ask("tools/list")["tools"]}
        assert {"now", "search", "schedule", "list_canned_queries"} <= names
        for name, arguments in tools:
            assert "Lighthouse" in str(agent.ask("tools/call", name=name, arguments=arguments)), name
        refused = agent.ask("tools/call", name="schedule", arguments={"channel": 99})
        assert refused["isError"]
        assert "there is no such channel" in str(refused["content"])


@pytest.mark.skipif(FROM_1_0, reason="datasette-dashboards 0.8.0 asks Datasette for what 1.0 does not have")
def test_dashboards(folder: Path) -> None:
    text = page(folder, "datasette-dashboards", "/-/dashboards/tv-guide")
    assert "Programmes to come" in text


def test_atom(folder: Path) -> None:
    assert "<title>Lighthouse</title>" in page(folder, "datasette-atom", f"{SQL}.atom?sql={quote(FEED)}")


def test_ics(folder: Path) -> None:
    assert "SUMMARY:Lighthouse" in page(folder, "datasette-ics", f"{SQL}.ics?sql={quote(EVENTS)}")


def test_search_all(folder: Path) -> None:
    assert "/epg/contents" in page(folder, "datasette-search-all", "/-/search?q=lighthouse")


def test_graphql(folder: Path) -> None:
    question = {"query": "{ channels(filter: {id: {eq: 1}}) { nodes { display_name } } }"}
    with with_plugin(folder, "datasette-graphql") as web:
        reply = post(web, "/graphql/epg", question)
    assert (reply.status, json.loads(reply.body)["data"]["channels"]["nodes"]) == (
        200,
        [{"display_name": "Channel One"}],
    )


def test_llms_txt(folder: Path) -> None:
    assert "Start with the queries below" in page(folder, "datasette-llms-txt", "/epg/llms.txt")

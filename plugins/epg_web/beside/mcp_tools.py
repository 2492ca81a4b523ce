"""Tools of the Model Context Protocol, for datasette-mcp: what is on now, search, and the schedule of a channel.

Each asks the JSON API as whoever asks the tool, so that permissions, limits and texts of errors are the same.
"""

from typing import Any
from urllib.parse import urlencode

#: what tells the API who asks
CREDENTIALS = ("authorization", "cookie")
Rows = list[dict[str, Any]]


async def asked(datasette: Any, context: Any, path: str, **parameters: Any) -> Rows:
    """The rows at an address of the API. Parameters without a value are left out. Raises the SDK's `ToolError`."""
    from mcp.server.mcpserver.exceptions import ToolError

    given = getattr(context.request_context.request, "headers", {})
    headers = {name: given[name] for name in CREDENTIALS if name in given}
    query = urlencode({key: value for key, value in parameters.items() if value not in (None, "", [])})
    answer = await datasette.client.get(f"{path}?{query}", headers=headers)
    found = answer.json()
    if answer.status_code != 200:
        raise ToolError(found.get("error", "the guide cannot answer"))
    rows: Rows = found
    return rows


def register(datasette: Any, mcp: Any) -> None:
    """Add the tools to the `MCPServer` of an instance."""
    from mcp.server.mcpserver import Context
    from mcp.types import ToolAnnotations

    reading = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    async def now(ctx: Context, at: str = "", channels: list[int] | None = None, limit: int = 100) -> Rows:
        """What each channel of the TV guide shows now and next, or at the moment `at` (ISO 8601). `channels` are ids."""
        wanted = ",".join(str(ident) for ident in channels or [])
        return await asked(datasette, ctx, "/api/v1/now", at=at, channels=wanted, limit=limit)

    async def search(ctx: Context, q: str, start: str = "", end: str = "", limit: int = 20) -> Rows:
        """Programmes of the TV guide with these words in title, sub-title or description. Times are ISO 8601."""
        return await asked(datasette, ctx, "/api/v1/search", q=q, start=start, end=end, limit=limit)

    async def schedule(ctx: Context, channel: int, start: str = "", end: str = "") -> Rows:
        """The programmes of a channel (its id, as in `now`) from `start` to `end`; left out: the next 24 hours."""
        return await asked(datasette, ctx, f"/api/v1/channels/{channel}/programs", start=start, end=end)

    for tool in (now, search, schedule):
        mcp.add_tool(tool, annotations=reading)

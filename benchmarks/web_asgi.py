"""What uvicorn serves in the benchmark: `guide`, Datasette over a bundle folder, and `hello`, the least there is."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"5")]


def guide() -> Any:
    """The application `datasette .` would serve in the folder that EPG_BENCH_FOLDER names."""
    from datasette.app import Datasette

    return Datasette(config_dir=Path(os.environ["EPG_BENCH_FOLDER"])).app()


async def hello(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Five bytes, whatever is asked for."""
    if scope["type"] != "http":
        raise ValueError("only http")
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"hello"})

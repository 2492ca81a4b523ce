"""Ends sessions of the sign-in: with the token that they belong to, and at `/-/logout`.

The work is in `epg_web.base.sessions`.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send
from epg_web.base.instance_names import DATABASE
from epg_web.base.sessions import ended_sessions, is_alive, session_in, without_session


# Outside all wrappers that ask whether somebody is signed in.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def with_live_session(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            session = session_in(datasette, scope)
            if session is None:
                return await app(scope, receive, send)
            if not is_alive(datasette, session):
                return await app(without_session(scope), receive, send)

            async def watched(message: dict[str, Any]) -> None:
                # Datasette answers 302 when the form was its own, 403 when another site has sent it.
                if message["type"] == "http.response.start" and message["status"] == 302:
                    ended_sessions(datasette).add(str(session["s"]))
                await send(message)

            leaving = scope["method"] == "POST" and without_prefix(front, scope)["path"] == "/-/logout"
            await app(scope, receive, watched if leaving else send)

        return with_live_session

    return wrap

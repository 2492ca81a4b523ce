"""Who asks, as Datasette and its plugins say."""

from collections.abc import Awaitable
from typing import Any

from ..host.rejected_tokens import REJECTED
from .http import Receive, Scope


async def is_stranger(datasette: Any, scope: Scope, receive: Receive) -> bool:
    """Whether nobody is signed in. A cookie or a token need not be valid, so Datasette's plugins are asked."""
    from datasette.plugins import pm
    from datasette.utils import await_me_maybe
    from datasette.utils.asgi import Request

    if any(name == b"authorization" and not value.isascii() for name, value in scope["headers"]):
        return True
    await datasette.invoke_startup()
    request = Request(scope, receive)
    actors = [
        await _actor(await_me_maybe(found))
        for found in pm.hook.actor_from_request(datasette=datasette, request=request)
    ]
    return not any(actors) and not scope.get("actor")


async def _actor(asked: Awaitable[Any]) -> Any:
    """Whom a plugin takes the request for; None also for a token that it knows to be wrong."""
    try:
        return await asked
    except REJECTED:
        return None

"""Who asks, as Datasette and its plugins say."""

from typing import Any

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
    for found in pm.hook.actor_from_request(datasette=datasette, request=request):
        if await await_me_maybe(found):
            return False
    return not scope.get("actor")

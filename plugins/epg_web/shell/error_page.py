"""The page of what the client did wrong, as Datasette says it.

Datasette makes its own page of an error without the request, so that page cannot know who asks: it would offer to sign in to
somebody who is signed in.
"""

from typing import Any

from markupsafe import Markup

from ..base.http import CORS


async def error_page(datasette: Any, request: Any, error: Any) -> Any:
    """The `Response` for an exception of Datasette with a status below 500."""
    from datasette import Response

    message = getattr(error, "message", None) or (error.args[0] if error.args else "")
    if getattr(error, "message_is_html", False):
        message = Markup(message)  # noqa: S704 - Datasette made the markup
    context = {
        **getattr(error, "error_dict", {}),
        "ok": False,
        "error": message,
        "status": error.status,
        "title": getattr(error, "title", None),
    }
    templates = [f"{error.status}.html", "error.html"]
    html = await datasette.render_template(templates, context, request=request)
    headers = {name.decode(): value.decode() for name, value in CORS} if datasette.cors else {}
    return Response.html(html, status=error.status, headers=headers)

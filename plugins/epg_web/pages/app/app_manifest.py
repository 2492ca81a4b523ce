"""`/manifest.webmanifest`: how the site is called and looks where it is installed."""

from typing import Any

from ...shell.static_files import address_of
from ..visit import Visit

#: colours of the paper in the light scheme, and of the bar
PAPER, BAR = "#fbfbfa", "#fbfbfa"
DAY = 86_400
#: file, sizes, purpose
ICONS = (
    ("icons/icon-192.png", "192x192", "any"), ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"), ("icons/icon.svg", "any", "any"),
)  # fmt: skip
SHORTCUTS = (
    ("On now", "/"),
    ("Films tonight", "/?show=films"),
    ("Guide", "/guide"),
    ("Search", "/guide/search"),
)


async def page(visit: Visit) -> Any:
    from datasette.utils.asgi import Response

    # The template knows what the site is called.
    body = await visit.datasette.render_template(
        "_epg-manifest.html", {"manifest": manifest(visit.datasette)}
    )
    return Response(body, 200, {"Cache-Control": f"public, max-age={DAY}"}, "application/manifest+json")


def manifest(datasette: Any) -> dict[str, Any]:
    """The manifest without names, with addresses below `base_url`."""
    path = datasette.urls.path
    return {
        "id": path("/"), "start_url": path("/"), "scope": path("/"),
        "display": "standalone", "background_color": PAPER, "theme_color": BAR, "categories": ["entertainment", "news"],
        "icons": [
            {"src": path(address_of(file)), "sizes": sizes, "purpose": purpose,
             "type": "image/svg+xml" if file.endswith(".svg") else "image/png"}
            for file, sizes, purpose in ICONS
        ],
        "shortcuts": [{"name": label, "url": path(where)} for label, where in SHORTCUTS],
    }  # fmt: skip

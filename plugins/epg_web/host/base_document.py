"""What Datasette's own `base.html` loads: its style sheet, its scripts, and the dialog that leads to tables and queries.

Our `base.html` stands in its place on Datasette's pages, so it has to load the same. 0.65 has a sheet alone. 1.0 also has
scripts, which its tables, its dialogs and other plugins need.
"""

from typing import Any, NamedTuple

from .running import FROM_1_0

_SHEET = "app.css"
#: of 1.0, in the order of its document
_HEAD_SCRIPTS, _FOOT_SCRIPTS = ("modal.js", "datasette-manager.js"), ("navigation-search.js",)


class BaseDocument(NamedTuple):
    """Addresses for the page, below `base_url`. `jump` is where the dialog asks for places; None without a dialog.

    `menus` is the template with the script that closes and steers menus of Datasette; None where `js/menu.js` is enough.
    """

    sheet: str
    head_scripts: tuple[str, ...] = ()
    foot_scripts: tuple[str, ...] = ()
    jump: str | None = None
    menus: str | None = None


def _document_0(datasette: Any) -> BaseDocument:
    return BaseDocument(f"{datasette.urls.static(_SHEET)}?{datasette.app_css_hash()}")


def _document_1(datasette: Any) -> BaseDocument:
    head, foot = (tuple(datasette.static(name) for name in names) for names in (_HEAD_SCRIPTS, _FOOT_SCRIPTS))
    jump = datasette.urls.path("/-/jump")
    return BaseDocument(datasette.static(_SHEET), head, foot, jump, "_close_open_menus.html")


def _names_its_content_0(datasette: Any, path: str, query: bytes) -> bool:
    return path == f"/-/static/{_SHEET}" and query == datasette.app_css_hash().encode()


def _names_its_content_1(datasette: Any, path: str, query: bytes) -> bool:
    return False


#: (datasette) → the `BaseDocument` of the Datasette that runs
base_document = _document_1 if FROM_1_0 else _document_0
#: (datasette, path, query) → whether this is Datasette's sheet, at the address with the hash of its content, and Datasette does
#: not itself say that it may be kept; 1.0 does
names_its_content = _names_its_content_1 if FROM_1_0 else _names_its_content_0

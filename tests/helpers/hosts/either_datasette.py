"""What tests ask in another way on Datasette 1.0 than on 0.65."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from epg_web.host.running import FROM_1_0

#: where everybody may send SQL: `SQL + ".json?sql=…"`
SQL = "/epg/-/query" if FROM_1_0 else "/epg"
#: the page that shows the configuration of plugins
CONFIGURATION = "config" if FROM_1_0 else "metadata"
#: what browsers send with a form of this site, and with one of another site; only 1.0 reads it
OF_THIS_SITE = {"Sec-Fetch-Site": "same-origin"}
OF_ANOTHER_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}
#: what a client is told that does not prove that this site made its request
PROOF = "Sec-Fetch-Site" if FROM_1_0 else "ds_csrftoken"

#: by which words the page of a query says that it may not show all 1,001 rows; 1.0 has lost Datasette's own
CUT = "as many as it can show" if FROM_1_0 else "returning more than 1,000 rows"
#: the address of Datasette's style sheet, with the hash of its content
SHEET = r"/-/static/app\.css\?_hash=\w+" if FROM_1_0 else r"/-/static/app\.css\?\w+"
#: scripts of Datasette's own base document
OWN_SCRIPTS = ("modal.js", "datasette-manager.js", "navigation-search.js") if FROM_1_0 else ()


async def instance_texts(ds: Datasette) -> dict[str, Any]:
    """The texts of metadata for the whole instance."""
    found: dict[str, Any] = await ds.get_instance_metadata() if FROM_1_0 else ds.metadata()
    return found


async def is_allowed(ds: Datasette, actor: Any, action: str) -> bool:
    """What Datasette says of an action that has no resource; what nobody grants is not allowed."""
    if FROM_1_0:
        return bool(await ds.allowed(action=action, actor=actor))
    by_default = [bool(await ds.permission_allowed(actor, action, default=one)) for one in (False, True)]
    return all(by_default)


async def proof(ds: Datasette, cookies: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies with those that a page adds, and the headers by which a script of this site proves where it is from."""
    if FROM_1_0:
        return cookies, OF_THIS_SITE
    csrf = (await ds.client.get("/-/logout", cookies=cookies)).cookies["ds_csrftoken"]
    return {**cookies, "ds_csrftoken": csrf}, {"x-csrftoken": csrf}


def forgeries(
    cookies: dict[str, str], headers: dict[str, str]
) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Cookies and headers of writes that somebody else may have made a browser send; the arguments are what `proof` gives."""
    if FROM_1_0:
        origins = ("https://other.example", "http://localhost:81", "https://localhost", "null", "x", "")
        return {
            "no header": (cookies, {}),
            "another site": (cookies, OF_ANOTHER_SITE),
            "a neighbour": (cookies, {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}),
            **{f"origin {origin}": (cookies, {"Origin": origin}) for origin in origins},
        }
    csrf = headers["x-csrftoken"]
    return {
        "no header": (cookies, {}),
        "another header": (cookies, {"x-csrftoken": csrf[:-1] + "é"}),
        "both empty": ({**cookies, "ds_csrftoken": ""}, {"x-csrftoken": ""}),
        "both made up": ({**cookies, "ds_csrftoken": "mine"}, {"x-csrftoken": "mine"}),
        "no cookie": ({"ds_actor": cookies["ds_actor"]}, {"x-csrftoken": csrf}),
    }

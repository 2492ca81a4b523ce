"""Atom (RFC 4287): what a search finds, and what imports changed.

Ids are UUIDs made from the subject of a feed or an entry and not from the host. So a reader that reaches the guide at another
address does not take them for new ones.
"""

import json
import re
import time
import uuid
import xml.etree.ElementTree as ET
from typing import Any

from epg_ingest.export.ics import summary, uid

from ..api.read_parts import DAY
from ..base.answer import Refused
from ..base.base_url import prefix
from ..base.connections import Generation
from ..base.genre_filter import GENRE
from ..base.lineup_filter import LINEUP, channels_within
from ..base.moments import iso, to_datetime
from ..base.params import MAX_ID, Param
from ..base.sql import sql
from ..base.viewer.viewer_language import current
from ..pages.changes import differences
from ..pages.visit import Visit
from ..shell.language import gettext
from ..shell.marking import marked as _
from .common import HOUR, answered, arguments, hour, link, plainly
from .ical import CHANNELS, HITS, Q, dicts, found

TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
#: changes of a feed, and days that they go back; a daily reader misses nothing of a usual import
CHANGES, PAST_DAYS = 200, 7
#: what makes two feeds of one address differ: the language of its title
VARY = {"Vary": "Accept-Language, Cookie"}
CHANGED = {"added": _("Added"), "changed": _("Changed"), "removed": _("Removed")}
DAYS = Param("days", "int", "So many days ahead.", 14, 1, 31, example=14)
CHANNEL = Param("channel", "int", "Only this channel, by id.", example=1)
_ROOT = uuid.UUID("0a3b0f5e-6c55-4e7b-8b1f-3f4f1f0f5a52")
# XML 1.0 section 2.2: characters that no document may have, not even escaped
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
AtomEntry = dict[str, Any]


@plainly
async def search(visit: Visit) -> None:
    """`/search.atom?q=`: upcoming programmes with all these words, one entry each."""
    values = arguments(visit.request.scope, (Q, CHANNELS, LINEUP, GENRE, DAYS))
    start, title = hour(time.time()), called(values["q"])

    def read(conn: Any) -> tuple[str, list[AtomEntry]]:
        ids = found(conn, values, start, HITS)
        rows = dicts(conn.execute(sql("page_events"), {"ids": json.dumps(ids)}))
        return title, [showing(visit, row) for row in rows]

    asked: tuple[Any, ...] = ("atom-search", values["q"], values["channels"], values["days"])
    for name in ("lineup", "genre"):  # ids of feeds stay what they were without them
        asked = (
            *asked,
            *([f"{name}={values[name]}" if name == "genre" else values[name]] if values[name] else []),
        )
    await feed(visit, (*asked, start), asked, read, "/guide/search", start + HOUR)


def called(what: Any) -> str:
    """The title of a feed about `what`, in the language of the request. Threads that read the guide do not know it."""
    return gettext("TV guide: %(what)s") % {"what": what}


def showing(visit: Visit, row: dict[str, Any]) -> AtomEntry:
    """A programme as an entry. `updated` is when an import last changed it, not when it is on."""
    begins = to_datetime(row["start_time"])
    return {
        "id": f"urn:uuid:{uid(row['channel'], row['id'], row['created_at'])}",
        "title": f"{summary(row)} · {row['display_name']}, {begins:%a %d %b %H:%M} UTC",
        "updated": row["updated_at"],
        "published": row["created_at"],
        "link": link(visit, f"/guide/program/{row['id']}"),
        "text": row["description"] or "",
        "categories": json.loads(row["category"]),
    }


@plainly
async def changes(visit: Visit) -> None:
    """`/changes.atom?channel=&lineup=`: what the imports of a week added, changed and removed, the newest first."""
    asked_for = arguments(visit.request.scope, (CHANNEL, LINEUP))
    channel, lineup = asked_for["channel"], asked_for["lineup"]
    since, words = hour(time.time()) - PAST_DAYS * DAY, {key: gettext(text) for key, text in CHANGED.items()}
    of_all, of_one = gettext("Changes of the TV guide"), gettext("Changes of the TV guide: %(channel)s")

    def read(conn: Any) -> tuple[str, list[AtomEntry]]:
        title = of_all if channel is None else of_one % {"channel": channel_name(conn, channel)}
        within = channels_within(conn, lineup)
        statement = sql("page_changed_all" if channel is None else "page_changed_channel")
        values = {
            "channel": channel, "since": iso(since), "change": None, "import": MAX_ID, "row": 0, "limit": CHANGES,
            "ids": None if within is None else json.dumps(sorted(within)),
        }  # fmt: skip
        return title, [change(visit, row, words) for row in dicts(conn.execute(statement, values))]

    asked: tuple[Any, ...] = ("atom-changes", channel)
    if lineup:  # ids of feeds stay what they were without one
        asked = (*asked, lineup)
    await feed(visit, (*asked, since), asked, read, "/guide/changes", since + PAST_DAYS * DAY + HOUR)


def channel_name(conn: Any, ident: int) -> str:
    """The display name of a channel. Raises `Refused` (404) for one that does not exist or is hidden."""
    row = conn.execute("SELECT display_name FROM channels WHERE id = ? AND hidden = 0", [ident]).fetchone()
    if row is None:
        raise Refused(404, "there is no such channel")
    return str(row[0])


def change(visit: Visit, row: dict[str, Any], words: dict[str, str]) -> AtomEntry:
    """A change as an entry; `words` has what kinds of changes are called. It links to the programme, or to its channel if the
    programme is gone.
    """
    about = (
        f"{row['started_at']}\n{row['import_id']}\n{row['program_id']}\n{row['start_time']}\n{row['change']}"
    )
    page = f"program/{row['program_id']}" if row["there"] else f"channel/{row['channel_id']}"
    begins = to_datetime(row["start_time"])
    lines = [
        f"{entry['label']}: {entry['before'] or '–'} → {entry['after'] or '–'}" for entry in differences(row)
    ]
    return {
        "id": f"urn:uuid:{uuid.uuid5(_ROOT, about)}",
        "title": f"{words[row['change']]}: {row['title']} · {row['channel']}, {begins:%a %d %b %H:%M} UTC",
        "updated": row["started_at"],
        "link": link(visit, f"/guide/{page}"),
        "text": "\n".join(lines),
        "categories": [row["change"]],
    }


async def feed(
    visit: Visit, key: tuple[Any, ...], asked: tuple[Any, ...], read: Any, page: str, until: float
) -> None:
    """Send the feed that `read` gives: its title and its entries. `asked` is what it is about, and makes its id; `page` is the
    page with the same content for people.
    """
    query = visit.request.query_string
    here = link(visit, visit.request.path.removeprefix(prefix(visit.datasette))) + (
        f"?{query}" if query else ""
    )
    there = link(visit, page) + (f"?{query}" if query else "")

    def made(conn: Any) -> bytes:
        title, entries = read(conn)
        (changed,) = conn.execute("SELECT changed_at FROM generation").fetchone()
        ident = uuid.uuid5(_ROOT, f"{made_at(conn)}\n{asked!r}")
        return document(title, entries, f"urn:uuid:{ident}", here, there, changed)

    async def make() -> tuple[Generation, bytes]:
        generation, body = await visit.lane.pool.run(made, slow=True)
        return generation, body

    await answered(visit, (*key, here, current().code), make, TYPE, until, VARY)


def made_at(conn: Any) -> str:
    """When this guide was made, to the microsecond. It tells its feeds from those of other guides, at any address."""
    return str(conn.execute("SELECT min(applied_at) FROM _sqlite_migrations").fetchone()[0])


def document(title: str, entries: list[AtomEntry], ident: str, here: str, there: str, changed: str) -> bytes:
    """The feed as XML. `ident` is its id, `here` its own address. Its `updated` is that of the newest entry; without entries it
    is `changed`, that of the guide.
    """
    root = ET.Element("feed", {"xmlns": NAMESPACE})
    child(root, "id", ident)
    child(root, "title", title)
    child(root, "updated", max((entry["updated"] for entry in entries), default=changed))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": clean(here)})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": clean(there)})
    child(ET.SubElement(root, "author"), "name", "TV guide")
    child(root, "generator", "datasette-epg")
    for entry in entries:
        root.append(element(entry))
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def element(entry: AtomEntry) -> ET.Element:
    made = ET.Element("entry")
    for name in ("id", "title", "updated", "published"):
        if name in entry:
            child(made, name, entry[name])
    ET.SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": clean(entry["link"])})
    for term in entry["categories"]:
        ET.SubElement(made, "category", {"term": clean(term)})
    child(made, "content", entry["text"])
    return made


def child(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = clean(text)


def clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)

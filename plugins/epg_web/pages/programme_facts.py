"""`programs.details` for people: credits, ratings, pictures and the rest as texts.

`epg_ingest.parse.details` makes its JSON: names are those of the DTD, an element that may repeat is a list, and its text
is under `text`.
"""

import re
from datetime import date
from typing import Any

from ..base.viewer.written_times import date_of, month_of
from ..shell.language import gettext
from ..shell.marking import marked as _
from .visit import safe_url

Json = dict[str, Any]
CREDITS = {
    "director": _("Director"), "actor": _("Cast"), "writer": _("Writer"), "adapter": _("Adaptation"),
    "producer": _("Producer"), "composer": _("Music"), "editor": _("Editor"), "presenter": _("Presenter"),
    "commentator": _("Commentator"), "guest": _("Guest"),
}  # fmt: skip
END = {
    "feed": _("as the provider gives it"),
    "next": _("where the next programme begins; the provider gives no end"),
    "length": _("worked out from the length; the provider gives no end"),
    "assumed": _("a guess of 60 minutes; the provider gives neither end nor length"),
    "cut": _("cut where the next programme begins; the provider has them overlap"),
}
#: what an end is that people may wonder about
DOUBTFUL = ("length", "assumed", "cut")
#: systems of numbers that people read; the others are ids of programs, such as `dd_progid`
READ = ("onscreen", "xmltv_ns", "common", "")
#: a rating whose value is none
_NO_STARS = re.compile(r"\s*(?:0+(?:[.,]0+)?\s*(?:/.*)?|n/?a|-+|none|null)?\s*", re.IGNORECASE)
_STARS = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*/\s*([0-9]+(?:[.,][0-9]+)?)\s*")
ATTRIBUTES = {"showview": "ShowView", "videoplus": "VideoPlus", "pdc-start": "PDC", "vps-start": "VPS"}
SYSTEMS = {"xmltv_ns": _("counted from 0")}
#: the units of lengths, as the DTD has them
LENGTHS = {
    "seconds": _("%(number)s seconds"), "minutes": _("%(number)s minutes"), "hours": _("%(number)s hours"),
}  # fmt: skip
SUBTITLES = {"teletext": _("teletext"), "onscreen": _("on screen"), "deaf-signed": _("sign language")}


def language(row: Json, tag: str, column: str) -> str | None:
    """The language of the text in a column, None where the feed does not say."""
    for entry in row["details"].get(tag, ()):
        if entry.get("text", row[column]) == row[column]:
            lang: str | None = entry.get("lang")
            return lang
    return None


def others(row: Json, tag: str, column: str) -> list[Json]:
    """The titles, sub-titles or descriptions that the feed has besides the one in the column."""
    return [entry for entry in row["details"].get(tag, ()) if entry.get("text", row[column]) != row[column]]


def credits(row: Json) -> list[tuple[str, list[Json]]]:
    """People by what they do, in the order of the DTD."""
    found = row["details"].get("credits") or [
        *({"type": "director", "name": name} for name in row["directors"]),
        *({"type": "actor", "name": name} for name in row["actors"]),
    ]
    groups: dict[str, list[Json]] = {}
    for entry in found:
        links = [safe_url(url["text"]) for url in entry.get("url", ())]
        person = {**entry, "href": next((url for url in links if url), None)}
        groups.setdefault(CREDITS.get(entry["type"], entry["type"]), []).append(person)
    return list(groups.items())


def pictures(row: Json) -> list[Json]:
    """Pictures at http or https addresses, each once: `href` and `kind`."""
    details = row["details"]
    found = [
        {"src": entry["text"], "kind": entry.get("type", "picture")} for entry in details.get("image", ())
    ]
    found += [{"src": entry["src"], "kind": "picture"} for entry in details.get("icon", ())]
    found.append({"src": row["icon_url"], "kind": "picture"})
    kept = {
        href: {"href": href, "kind": entry["kind"]}
        for entry in reversed(found)
        if (href := safe_url(entry["src"]))
    }
    return list(reversed(kept.values()))


def links(row: Json) -> list[Json]:
    """Pages about the programme at http or https addresses."""
    entries = row["details"].get("url", ())
    return [
        {"href": href, "text": entry.get("system") or href}
        for entry in entries
        if (href := safe_url(entry["text"]))
    ]


def reviews(row: Json) -> list[Json]:
    """Reviews with their authors. A review that is an http or https address has it as `href`."""
    return [
        {**entry, "by": ", ".join(entry[key] for key in ("reviewer", "source") if entry.get(key)),
         "href": safe_url(entry["text"]) if entry["type"] == "url" else None}
        for entry in row["details"].get("review", ())
    ]  # fmt: skip


def marks(row: Json) -> list[str]:
    """What is special about the showing, in words."""
    details, found = row["details"], [gettext("New")] if row["is_new"] else []
    for tag, label in (("premiere", gettext("Premiere")), ("last-chance", gettext("Last chance"))):
        if tag in details:
            text = details[tag].get("text")
            found.append(f"{label}: {text}" if text else label)
    if "previously-shown" in details:
        found.append(repeated(details["previously-shown"]))
    return found


def repeated(shown: Json) -> str:
    """When and where a repeat was first shown, as far as the feed says."""
    values = {
        "day": on_day(shown["start"]) if shown.get("start") else "",
        "channel": shown.get("channel") or "",
    }
    if values["day"] and values["channel"]:
        return gettext("Repeat, first shown %(day)s on %(channel)s") % values
    if values["day"]:
        return gettext("Repeat, first shown %(day)s") % values
    return gettext("Repeat, first shown on %(channel)s") % values if values["channel"] else gettext("Repeat")


def on_day(text: str) -> str:
    """An XMLTV date as people write it: `2024`, `March 2024`, `1 March 2024`; anything else as it is."""
    match = re.match(r"(\d{4})(\d\d)?(\d\d)?", text)
    if not match:
        return text
    try:
        found = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return text
    if match[3]:
        return date_of(found)
    return month_of(found) if match[2] else match[1]


def facts(row: Json) -> list[tuple[str, list[str]]]:
    """Everything with a short text, as labels and texts. Empty facts are left out."""
    details = row["details"]
    found = [
        (_("Episode"), _numbers(row)),
        (_("Category"), list(row["category"])),
        (_("Rating"), _rated(details.get("rating"), row["rating"])),
        (_("Stars"), stars(details.get("star-rating"))),
        (_("Date"), [on_day(details["date"])] if details.get("date") else []),
        (_("Country"), _texts(details.get("country"))),
        (_("Language"), _texts([details["language"]] if "language" in details else [])),
        (_("Original language"), _texts([details["orig-language"]] if "orig-language" in details else [])),
        (_("Keywords"), _texts(details.get("keyword"))),
        (
            _("Length without breaks"),
            [_length(entry) for entry in [details.get("length")] if entry],
        ),
        (_("Picture"), _video(details.get("video") or {})),
        (_("Sound"), _audio(details.get("audio") or {})),
        (_("Subtitles"), [_subtitle(entry) for entry in details.get("subtitles", ())]),
        *((label, [details[name]]) for name, label in ATTRIBUTES.items() if details.get(name)),
    ]
    return [(label, texts) for label, texts in found if texts]


def _texts(entries: list[Json] | None) -> list[str]:
    return list(dict.fromkeys(entry["text"] for entry in entries or ()))


def _length(entry: Json) -> str:
    text = LENGTHS.get(entry["units"])
    return gettext(text) % {"number": entry["text"]} if text else f"{entry['text']} {entry['units']}"


def _numbers(row: Json) -> list[str]:
    """Season and episode in words; where they are not known, what the feed writes for people."""
    season, episode = row["season"], row["episode"]
    if season is not None and episode is not None:
        return [gettext("Season %(season)s, episode %(episode)s") % {"season": season, "episode": episode}]
    if season is not None:
        return [gettext("Season %(number)s") % {"number": season}]
    if episode is not None:
        return [gettext("Episode %(number)s") % {"number": episode}]
    entries = row["details"].get("episode-num") or (
        [{"text": row["episode_num"]}] if row["episode_num"] else []
    )
    read = [entry for entry in entries if (entry.get("system") or "") in READ]
    return list(dict.fromkeys(_number(entry) for entry in read))


def _number(entry: Json) -> str:
    note = SYSTEMS.get(entry.get("system") or "")
    return f"{entry['text']} ({gettext(note)})" if note else str(entry["text"])


def stars(entries: list[Json] | None) -> list[str]:
    """Ratings by stars as `8/10`. Feeds write 0 for one that nobody has rated; that is left out."""
    found = []
    for entry in entries or ():
        match = _STARS.fullmatch(entry["value"])
        if match and float(match[2].replace(",", ".")) and float(match[1].replace(",", ".")):
            found.append(f"{match[1]}/{match[2]}")
        elif not match and not _NO_STARS.fullmatch(entry["value"]):
            found.append(entry["value"])
    return list(dict.fromkeys(found))


def _rated(entries: list[Json] | None, column: str | None) -> list[str]:
    """The ages or letters of ratings, each once; the boards behind them say little to viewers."""
    if not entries:
        return [column] if column else []
    return list(dict.fromkeys(entry["value"] for entry in entries if entry["value"].strip()))


def _video(found: Json) -> list[str]:
    """`present` and `colour` are yes or no. Only what is unusual is named."""
    said = [found[key] for key in ("quality", "aspect") if found.get(key)]
    said += [gettext("black and white")] if found.get("colour") == "no" else []
    return said + ([gettext("no picture")] if found.get("present") == "no" else [])


def _audio(found: Json) -> list[str]:
    said = [found["stereo"]] if found.get("stereo") else []
    return said + ([gettext("no sound")] if found.get("present") == "no" else [])


def _subtitle(entry: Json) -> str:
    kind = SUBTITLES.get(entry.get("type", ""))
    parts = [(entry.get("language") or {}).get("text"), gettext(kind) if kind else None]
    return ", ".join(part for part in parts if part) or gettext("yes")

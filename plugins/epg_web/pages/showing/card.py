"""A programme for other sites: Open Graph for messengers that show a link, schema.org for search engines."""

from typing import Any

from ...base.viewer.written_times import short_day
from ...shell.static_files import address_of
from ..visit import Visit

Json = dict[str, Any]
#: characters of the description in a card
LONGEST = 300


def card(visit: Visit, row: Json, picture: str | None, lang: str | None) -> Json:
    """`properties` are those of Open Graph, `event` is a `BroadcastEvent` in JSON-LD. `picture` is its address on this site."""
    address = absolute(visit, f"/guide/program/{row['id']}")
    image = absolute(visit, picture, True) if picture else absolute(visit, address_of("icons/icon-512.png"))
    return {
        "properties": properties(row, address, image, when(visit, row)),
        "event": event(row, address, image if picture else None, lang),
    }


def absolute(visit: Visit, path: str, with_prefix: bool = False) -> str:
    """The whole address of a path of this site, as the client reaches it."""
    ds = visit.datasette
    return str(ds.absolute_url(visit.request, path if with_prefix else ds.urls.path(path)))


def when(visit: Visit, row: Json) -> str:
    """`Sat 28 Nov, 20:15–21:45, Channel One`"""
    zone = visit.zone
    day = zone.day(row["start_time"])
    clocks = f"{zone.clock(row['start_time'])}–{zone.clock(row['end_time'])}"
    return f"{short_day(day)}, {clocks}, {row['channel']['display_name']}"


def properties(row: Json, address: str, image: str, when: str) -> list[tuple[str, str]]:
    description = " ".join(filter(None, (row["subtitle"], row["description"])))[:LONGEST]
    film = (
        row["genre"] is not None
        and row["genre"] >> 4 == 1
        and row["season"] is None
        and row["episode"] is None
    )
    return [
        ("og:type", "video.movie" if film else "video.episode"),
        ("og:title", row["title"]),
        ("og:description", f"{when}. {description}".strip()),
        ("og:url", address),
        ("og:image", image),
        ("og:site_name", row["channel"]["display_name"]),
    ]


def event(row: Json, address: str, image: str | None, lang: str | None) -> Json:
    """The showing and the work that is shown, as schema.org has them."""
    work: Json = {"@type": "CreativeWork", "name": row["title"], "description": row["description"], "image": image,
                  "actor": people(row["actors"]), "director": people(row["directors"]), "inLanguage": lang}  # fmt: skip
    if row["episode"] is not None or row["season"] is not None:
        season = {"@type": "TVSeason", "seasonNumber": row["season"]} if row["season"] is not None else None
        work |= {"@type": "TVEpisode", "name": row["subtitle"] or row["title"], "episodeNumber": row["episode"],
                 "partOfSeason": season, "partOfSeries": {"@type": "TVSeries", "name": row["title"]}}  # fmt: skip
    return filled({
        "@context": "https://schema.org", "@type": "BroadcastEvent", "name": row["title"], "url": address,
        "startDate": row["start_time"], "endDate": row["end_time"],
        "publishedOn": {"@type": "BroadcastService", "name": row["channel"]["display_name"]},
        "workPerformed": filled(work),
    })  # fmt: skip


def people(names: list[str]) -> list[Json]:
    return [{"@type": "Person", "name": name} for name in names]


def filled(found: Json) -> Json:
    return {name: value for name, value in found.items() if value not in (None, "", [])}

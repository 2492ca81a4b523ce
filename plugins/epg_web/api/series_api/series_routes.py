"""The routes of series."""

from ...base.lineup_filter import LINEUP
from ...base.params import MAX_ID, Param
from ..route_kinds import Route, page, read_route

_OFFSET = Param("offset", "int", "Rows to leave out at the start.", 0, 0, 100_000)

SERIES_ROUTES: tuple[Route, ...] = (
    read_route(
        "series_list", "/series", "Series and films, by id", "Series",
        Param("q", "text", "Only those of programmes with these words in their title.", example="news"),
        *page(100, 1000, "series"), rows=True,
    ),
    read_route("series", "/series/{id}", "One series: its seasons, keys and channels", "SeriesDetail"),
    read_route(
        "series_episodes", "/series/{id}/episodes", "Known episodes of a series, by season and number", "Episode",
        Param("season", "int", "Only this season.", None, 0, 10_000),
        Param("limit", "int", "At most so many episodes.", 200, 1, 1000, example=200), _OFFSET, rows=True,
    ),
    read_route(
        "series_airings", "/series/{id}/airings", "Showings of a series that are to come, by start", "SeriesAiring",
        Param("new", "int", "1: only showings that are no repeats, as far as that is known.", 0, 0, 1, example=1),
        Param("episode", "int", "Only this episode, by id.", None, 1, MAX_ID),
        Param("start", "moment", "Instead: those that end after this.", example="2026-11-22"),
        Param("end", "moment", "Only those that begin before this."),
        Param("channels", "ids", "Only these channels, by id.", example="1,2"), LINEUP,
        Param("limit", "int", "At most so many showings.", 100, 1, 1000, example=100), _OFFSET, rows=True,
    ),
)  # fmt: skip

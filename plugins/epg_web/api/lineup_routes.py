"""The routes of line-ups."""

from ..base.params import Param
from .route_kinds import Route, page, read_route, write_route

#: what an entry may be asked for: without a channel and undecided, with one, decided by a person, no longer in the source
STATES = ("open", "matched", "decided", "gone")

LINEUP_ROUTES: tuple[Route, ...] = (
    read_route("lineups", "/lineups", "Line-ups, by name", "Lineup", rows=True, access="epg-write"),
    write_route("lineup_create", "POST", "/lineups", "Add a line-up; a refresh reads it", "LineupDetail", "LineupNew", 201),
    read_route("lineup", "/lineups/{id}", "One line-up, with its last refresh", "LineupDetail", access="epg-write"),
    write_route("lineup_replace", "PUT", "/lineups/{id}", "Set every setting of a line-up", "LineupDetail", "LineupNew"),
    write_route("lineup_update", "PATCH", "/lineups/{id}", "Change settings of a line-up", "LineupDetail", "LineupChange"),
    write_route("lineup_delete", "DELETE", "/lineups/{id}", "Delete a line-up with its entries", None, status=204),
    read_route(
        "lineup_entries", "/lineups/{id}/channels", "Entries of a line-up in order, with their channels and candidates",
        "LineupEntry",
        Param("state", "choice", "Only entries in this state.", None, choices=STATES),
        *page(500, 5000, "entries"), rows=True, access="epg-write",
    ),
    write_route(
        "lineup_entry_create", "POST", "/lineups/{id}/channels", "Add an entry by hand", "LineupEntry", "LineupEntryNew", 201,
    ),
    write_route(
        "lineup_entries_update", "PATCH", "/lineups/{id}/channels",
        "Change many entries, all or none: their channels, numbers, names, places", "LineupEntry", "LineupEntryChange",
        many=True,
    ),
    write_route(
        "lineup_refresh", "POST", "/lineups/{id}/refresh", "Start to read the source of a line-up again", "LineupRefresh",
        "LineupRefreshing", 202, "epg-import",
    ),
)  # fmt: skip

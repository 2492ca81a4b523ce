"""The routes of watches, targets and alerts. All need the permission to write, also those that read."""

from ...base.params import Param
from ..route_kinds import Route, page, read_route, write_route

WRITER = "epg-write"
STATES = ("waiting", "sending", "sent", "failed", "expired", "dropped")
WATCH_ROUTES: tuple[Route, ...] = (
    read_route("watches", "/watches", "Your watches", "Watch", rows=True, access=WRITER),
    write_route("watch_create", "POST", "/watches", "Add a watch", "Watch", "WatchNew", 201),
    write_route(
        "watch_try", "POST", "/watches/preview", "What a watch would send this week; nothing is stored", "WatchPreview",
        "WatchNew",
    ),
    read_route("watch", "/watches/{id}", "One of your watches", "Watch", access=WRITER),
    write_route("watch_update", "PATCH", "/watches/{id}", "Change a watch", "Watch", "WatchChange"),
    write_route("watch_delete", "DELETE", "/watches/{id}", "Delete a watch; alerts that wait are dropped", None, status=204),
    read_route(
        "watch_preview", "/watches/{id}/preview", "What a watch would send this week, and what it would leave out and why",
        "WatchPreview", access=WRITER,
    ),
    read_route("targets", "/targets", "Where your alerts go", "AlertTarget", rows=True, access=WRITER),
    write_route("target_create", "POST", "/targets", "Add a target", "AlertTargetMade", "AlertTargetNew", 201),
    read_route("target", "/targets/{id}", "One of your targets", "AlertTarget", access=WRITER),
    write_route("target_update", "PATCH", "/targets/{id}", "Change a target", "AlertTargetMade", "AlertTargetChange"),
    write_route("target_delete", "DELETE", "/targets/{id}", "Delete a target; what waits for it is dropped", None, status=204),
    write_route("target_test", "POST", "/targets/{id}/test", "Send a test message, and wait for the answer", "AlertTest"),
    read_route(
        "alerts", "/alerts", "What became of your alerts, the newest first", "Alert",
        Param("state", "choice", "Only those in this state.", None, choices=STATES),
        *page(100, 1000, "alerts"), rows=True, access=WRITER,
    ),
)  # fmt: skip

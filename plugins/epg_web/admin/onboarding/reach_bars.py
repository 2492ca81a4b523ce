"""The bars of providers: where the programmes of each lie between the first and the last of all. Pure."""

from typing import Any

from ...base.moments import to_datetime

#: width of a bar in its own units
WIDTH = 1_000


def bars(rows: list[dict[str, Any]], now: str) -> list[dict[str, int] | None]:
    """For each provider, where its programmes and the current moment lie on a bar of `WIDTH` units. The bar reaches from the
    first programme of all providers to the last.
    """
    spans = [(to_datetime(row["first"]), to_datetime(row["last"])) for row in rows if row["last"]]
    if not spans:
        return [None for _ in rows]
    moment = to_datetime(now)
    begin, end = min(moment, *(first for first, _ in spans)), max(moment, *(last for _, last in spans))
    whole = max((end - begin).total_seconds(), 1)

    def place(utc: str) -> int:
        return round((to_datetime(utc) - begin).total_seconds() / whole * WIDTH)

    return [
        {
            "x": place(row["first"]),
            "width": max(place(row["last"]) - place(row["first"]), 2),
            "now": place(now),
        }
        if row["last"]
        else None
        for row in rows
    ]

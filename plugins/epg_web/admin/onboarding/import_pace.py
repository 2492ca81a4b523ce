"""How much of an import is done, and how long the rest takes. Pure."""

#: what part of an import each stage is, as most imports go: begin and end
STAGES = {"download": (0.0, 0.25), "parse": (0.25, 0.8), "merge": (0.8, 1.0)}


def done(stage: str, count: int, whole: int | None) -> float:
    """The part of an import that is done, 0 to 1: `count` of `whole` bytes or programmes of its stage.

    Where nobody knows the whole, a stage counts as half done.
    """
    begin, end = STAGES[stage]
    part = min(count / whole, 1.0) if whole else 0.5
    return begin + (end - begin) * part


def seconds_left(part: float, elapsed: float, last: float | None) -> float | None:
    """Seconds that the rest takes. `last` is what the last import of this provider took; without it the pace so far counts.

    None while nothing can be said. What lasts longer than the last time is nearly done only as far as its stages say.
    """
    if last is not None and last > elapsed:
        return last - elapsed
    if part <= 0.02 or elapsed < 1:
        return None
    return elapsed * (1 - part) / part

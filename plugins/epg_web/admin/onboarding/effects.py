"""What a change of a provider's settings does at once, and what the next import does. Pure."""

from collections.abc import Iterable

#: settings whose effect the change itself has
AT_ONCE = frozenset(("name", "enabled", "priority", "timezone", "shift_minutes", "public_url"))
#: settings that say when imports run
TIMES = frozenset(("schedule", "schedule_timezone", "downloads_per_day"))


def sorted_out(changed: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The changed settings: those that count at once, those of when imports run, and those that the next import obeys."""
    names = list(changed)
    at_once = [name for name in names if name in AT_ONCE]
    times = [name for name in names if name in TIMES]
    return at_once, times, [name for name in names if name not in AT_ONCE | TIMES]


def in_words(changed: Iterable[str], labels: dict[str, str]) -> str:
    """The same as sentences, with the labels of the form."""
    at_once, times, later = ([labels[name].lower() for name in part] for part in sorted_out(changed))
    parts = [
        (at_once, "Changed at once: {}."),
        (times, "From now on imports follow: {}."),
        (later, "The next import obeys: {}."),
    ]
    return " ".join(words.format(", ".join(names)) for names, words in parts if names)

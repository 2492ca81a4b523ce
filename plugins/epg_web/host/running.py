"""Which Datasette runs, and whether the bundle can be served by it; the decision is pure.

Of each line: the oldest that is safe, and the newest that the tests ran with. The two constraints files name the same
versions, and a test compares them.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from datasette import __version__

#: first version that is safe to serve a public guide with, newest that is tested
OLD_LINE = ("0.65.5", "0.65.5")
NEW_LINE = ("1.0a41", "1.0a41")
REMEDY = (
    f"run pip install 'datasette=={OLD_LINE[1]}' 'datasette-auth-tokens==0.3' "
    f"or pip install 'datasette=={NEW_LINE[1]}' 'datasette-auth-tokens==0.4a13'"
)
_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:(a|b|rc)(\d+))?")

Release = tuple[int, int, int, str, int]


def release(version: str) -> Release:
    """A version in the order of PEP 440: `1.0a41` is before `1.0`. What cannot be read counts as later than everything."""
    found = _FORM.match(version)
    if found is None:
        return (9999, 0, 0, "z", 0)
    first, second, third, stage, number = found.groups()
    return int(first), int(second), int(third or 0), stage or "z", int(number or 0)


#: Datasette from 1.0 on, its alphas included: the modules of `host` choose by it, once
FROM_1_0 = release(__version__) >= release("1.0a0")


class VersionVerdict(NamedTuple):
    """What to say at the start; None where there is nothing to say. A refusal stops the start."""

    refusal: str | None = None
    warning: str | None = None


def verdict(version: str, missing: Iterable[str]) -> VersionVerdict:
    """Whether a Datasette of this version is good enough. `missing` are the parts of the bundle that it would leave out."""
    oldest, newest = NEW_LINE if release(version) >= release("1.0a0") else OLD_LINE
    lost = sorted(set(missing))
    if lost:
        return VersionVerdict(
            f"Datasette {version} would leave out {' and '.join(lost)} of the guide: {REMEDY}"
        )
    if release(version) < release(oldest):
        return VersionVerdict(f"Datasette {version} has holes that are known: {REMEDY}")
    if release(version) > release(newest):
        known = f"Datasette {version} is newer than {newest}, with which the guide is tested"
        return VersionVerdict(warning=f"{known}: if something is wrong, {REMEDY}")
    return VersionVerdict()


#: a part of the bundle, and whether this Datasette has what it needs
Needs = dict[str, Callable[[], bool]]


def left_out(needs: Iterable[Needs]) -> list[str]:
    """The parts that this Datasette would leave out, of those that the modules of `host` name."""
    return [part for group in needs for part, is_there in group.items() if not is_there()]

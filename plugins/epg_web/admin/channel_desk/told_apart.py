"""What stands beside a name that several channels have, so that people can tell them apart. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

#: the end of an XMLTV id that says where a channel is from: `hbo.br`, `BBC.One.uk`
_REGION = re.compile(r"\.([a-z]{2}[0-9]?)$", re.IGNORECASE)


def region(ident: str) -> str | None:
    """The country at the end of an XMLTV id, in lower case, None where there is none."""
    found = _REGION.search(ident)
    return found[1].lower() if found else None


def same_names(names: Mapping[int, str]) -> dict[int, tuple[int, ...]]:
    """Channels whose name others have too, by id, with those others. Case and outer blanks do not count."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for ident, name in names.items():
        by_name[name.strip().casefold()].append(ident)
    several = [ids for ids in by_name.values() if len(ids) > 1]
    return {ident: tuple(other for other in ids if other != ident) for ids in several for ident in ids}


def marks(channels: Sequence[tuple[int, str, Sequence[str]]]) -> dict[int, str]:
    """What tells channels of one name apart, by id. Each channel comes with its XMLTV id and the names of its providers.

    The regions, where all have one and each a different one; else the first providers, where those differ; else the XMLTV ids.
    """
    by_region = {ident: region(name) for ident, name, _ in channels}
    by_provider = {ident: providers[0] if providers else None for ident, _, providers in channels}
    by_name = {ident: name for ident, name, _ in channels}
    for found in (by_region, by_provider):
        counts = Counter(found.values())
        if None not in counts and max(counts.values(), default=0) == 1:
            return {ident: text for ident, text in found.items() if text}
    return by_name

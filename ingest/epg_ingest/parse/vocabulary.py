"""The names of the DTD: which element may be in which, and what other spellings and other dialects mean by them."""

from __future__ import annotations

#: the kinds of credits, in the order of the DTD
CREDITS = (
    "director", "actor", "writer", "adapter", "producer", "composer", "editor", "presenter", "commentator", "guest",
)  # fmt: skip
#: the children that an element may have; an element that is not a key has none
MODEL: dict[str, frozenset[str]] = {
    "channel": frozenset(("display-name", "icon", "url")),
    "programme": frozenset((
        "title", "sub-title", "desc", "credits", "date", "category", "keyword", "language", "orig-language", "length", "icon",
        "url", "country", "episode-num", "video", "audio", "previously-shown", "premiere", "last-chance", "new", "subtitles",
        "rating", "star-rating", "review", "image",
    )),
    "credits": frozenset(CREDITS),
    **{person: frozenset(("image", "url")) for person in CREDITS},
    "video": frozenset(("present", "colour", "aspect", "quality")),
    "audio": frozenset(("present", "stereo")),
    "subtitles": frozenset(("language",)),
    "rating": frozenset(("value", "icon")),
    "star-rating": frozenset(("value", "icon")),
}  # fmt: skip
#: those of them that have no text of their own
CONTAINERS = frozenset(MODEL) - frozenset(CREDITS)
KNOWN = frozenset(MODEL).union(*MODEL.values())
#: elements that belong into one other element only, where that one is missing
PARENTS = {
    **dict.fromkeys(CREDITS, "credits"),
    **dict.fromkeys(("present", "colour", "aspect", "quality"), "video"),
    "stereo": "audio",
}
#: elements of HTML that do not separate words: `<b>News</b>reel` is one word
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
))  # fmt: skip
#: elements of HTML that separate words, and are often left without an end tag
BREAKS = frozenset((
    "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p",
    "pre", "table", "td", "th", "tr", "ul",
))  # fmt: skip
#: names of other dialects
_DIALECTS = {
    "description": "desc",
    "summary": "desc",
    "genre": "category",
    "color": "colour",
    "host": "presenter",
    "anchor": "presenter",
    "isnew": "new",
}
_SQUASHED = {name.replace("-", ""): name for name in KNOWN} | _DIALECTS


def canonical(name: str) -> str:
    """The name of the DTD that a local name means: `Category`, `subTitle` and `star_rating` are `category`, `sub-title` and
    `star-rating`. A name of HTML comes in lower case, any other as it is."""
    if name in KNOWN:
        return name
    lower = name.lower()
    if lower in INLINE or lower in BREAKS:
        return lower
    return _SQUASHED.get(lower.replace("-", "").replace("_", ""), name)

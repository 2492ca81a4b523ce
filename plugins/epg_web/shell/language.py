"""The words of pages. Templates write `_("Guide")` and `ngettext("%(num)d channel", "%(num)d channels", count)`.

So far every word is what the template says, in English; a catalogue of another language takes its place here.
"""

#: the language of words without a catalogue
ENGLISH = "en"


def gettext(message: str) -> str:
    """The words for `message`. Jinja puts values into `%(name)s` afterwards."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The words for so many of something."""
    return singular if count == 1 else plural

"""The words of pages. Templates write `_("Guide")` and `ngettext("%(num)d channel", "%(num)d channels", count)`.

A word comes from the catalogue of the request's language. English words are what the template says.
"""

from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from ..base.viewer.viewer_language import current

#: one file for each language, as translators edit it
CATALOGUES = Path(__file__).resolve().parents[1] / "languages"


def gettext(message: str) -> str:
    """The words for `message`. Jinja puts values into `%(name)s` afterwards."""
    return catalogue(current().code).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The words for so many of something."""
    return catalogue(current().code).ngettext(singular, plural, count)


@lru_cache(maxsize=16)
def catalogue(code: str) -> NullTranslations:
    """The words of a language, read at its first request. English has none."""
    path = CATALOGUES / f"{code}.po"
    if code == "en":
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    with path.open("rb") as source:
        found = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return Translations(compiled)

"""Making a configuration: by questions in a terminal, or by XML for a program that asks them itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from ..core.errors import UsageError
from ..export.form import language
from .configuration import Configuration
from .document import channels
from .source import fetch, from_anywhere
from .terminal import asked, asked_secretly, clean, hide_secrets, shown, tell
from .writing import write_configuration

_SOURCE = "Address of the site (http://127.0.0.1:8001), or path of the database"
_LANG = "Language code for titles and texts, such as en; empty for all"
_TOKEN = "Token for a site that is not public; empty for none"  # noqa: S105 - a question
_CHANNELS = "Channels: all, none, or ask for each"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ask(
    known: Configuration, file: Path, answer: Callable[[str], str] = asked, say: Callable[[str], None] = tell,
    channels_of: Callable[[Configuration], dict[str, str]] | None = None,
    answer_secretly: Callable[[str], str] = asked_secretly,
) -> None:  # fmt: skip
    """Ask for each setting, show what is known as the default, and write the file. The end of the input takes all defaults.
    `channels_of` reads the channels of the source; `list_channels` without it. No question shows a password or a token.

    Raises `EpgError` if the source cannot be read or the file must not be replaced, and writes nothing then.
    """

    def question(text: str, default: str) -> str:
        return _answered(answer, text, default, clean(shown(default)))

    hide_secrets(known.source, known.token)
    made = known.reading(from_anywhere(question(_SOURCE, known.source)))
    hide_secrets(made.source)
    made = replace(made, lang=_language(question, made.lang, say))
    kept = "Enter keeps it" if made.token else ""
    made = replace(made, token=_answered(answer_secretly, _TOKEN, made.token, kept))
    hide_secrets(made.source, made.token)
    found = (channels_of or list_channels)(made)
    say(f"{len(found)} channels")
    usual = "ask" if known.wanted or known.unwanted else "all"
    how = one_of(("all", "none", "ask"), _CHANNELS, usual, question, say)
    if how == "all":
        made = replace(made, wanted=(), unwanted=())
    elif how == "none":
        made = replace(made, wanted=(), unwanted=tuple(found))
    else:
        made = _chosen(made, found, question, say)
    write_configuration(made, file)
    say(f"written: {file}")


Question = Callable[[str, str], str]


def _language(question: Question, default: str, say: Callable[[str], None]) -> str:
    """The language that is answered, "" for all. Asks again for what is none."""
    while True:
        given = question(_LANG, default)
        try:
            return language(given or None, "the language") or ""
        except UsageError as error:
            say(error.message)


def _answered(answer: Callable[[str], str], text: str, default: str, shown_default: str) -> str:
    """The answer to a question; the default for an empty one and at the end of the input."""
    try:
        return answer(f"{text} [{shown_default}]: ").strip() or default
    except EOFError:
        return default


def one_of(
    words: Sequence[str], text: str, default: str, question: Question, say: Callable[[str], None]
) -> str:
    """The one of `words` that is answered, by its beginning. Asks again for any other answer."""
    while True:
        given = question(text, default).lower()
        meant = [word for word in words if given == word] or [w for w in words if w.startswith(given)]
        if len(meant) == 1:
            return meant[0]
        say(f"please answer {', '.join(words[:-1])} or {words[-1]}")


def _chosen(
    known: Configuration, found: dict[str, str], question: Question, say: Callable[[str], None]
) -> Configuration:
    """The configuration with a decision for each channel."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for ident, name in found.items():
        usual = "yes" if known.wants(ident) else "no"
        yes = one_of(("yes", "no"), clean(f"{name} ({ident}), yes or no"), usual, question, say) == "yes"
        (wanted if yes else unwanted).append(ident)
    return replace(known, wanted=tuple(wanted), unwanted=tuple(unwanted))


def list_channels(configuration: Configuration) -> dict[str, str]:
    """The channels of the source: safe ids, with names. Raises `EpgError` if it cannot be read."""
    with tempfile.TemporaryFile() as document:
        fetch(configuration, document, days=0)
        return channels(document)


def description_of(program: str, known: Configuration, next_stage: str) -> str:
    """The settings that a program has to ask for, as XMLTV's configuration XML."""
    fields = [
        ("string", "source", known.source, "Source", _SOURCE),
        ("string", "lang", known.lang, "Language", _LANG),
        ("secretstring", "token", "", "Token", _TOKEN),
    ]
    parts = [
        f"  <{kind} id={quoteattr(ident)} default={quoteattr(default)}>\n"
        f'    <title lang="en">{escape(title)}</title>\n'
        f'    <description lang="en">{escape(text)}</description>\n  </{kind}>\n'
        for kind, ident, default, title, text in fields
    ]
    return _document(program, "".join(parts) + f"  <nextstage stage={quoteattr(next_stage)}/>\n")


def selection_of(program: str, configuration: Configuration) -> str:
    """The choice of channels, as XMLTV's configuration XML. Raises `EpgError` if the source cannot be read."""
    options = [
        f"    <option value={quoteattr(ident)}>\n      <text>{escape(name)}</text>\n    </option>\n"
        for ident, name in list_channels(configuration).items()
    ]
    return _document(
        program,
        '  <selectmany id="channel">\n    <title lang="en">Channels</title>\n'
        '    <description lang="en">The channels whose programmes you want</description>\n'
        f"{''.join(options)}  </selectmany>\n",
    )


def _document(program: str, inner: str) -> str:
    return f"{_HEAD}<xmltvconfiguration grabber={quoteattr(program)}>\n{inner}</xmltvconfiguration>\n"

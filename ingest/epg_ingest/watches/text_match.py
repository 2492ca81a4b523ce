"""Whether what is said of a programme is what a watch looks for, and why. For series this is a question of ids, not of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .watch import PATTERN, PERSON, TITLE, WORDS, Watch

_OTHERS = re.compile(r"[^a-z0-9]+")


class WatchedText(NamedTuple):
    """What is said of a programme. `people` are names, of whatever role."""

    title: str
    subtitle: str | None
    description: str | None
    people: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What has a text, with its name."""
        named = (("title", self.title), ("sub-title", self.subtitle), ("description", self.description))
        return tuple((name, text) for name, text in named if text)


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Equal for texts that differ only in case, accents, punctuation and blanks. The same texts come again and again."""
    if text.isascii():
        return _OTHERS.sub(" ", text.lower()).strip()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def query(watch: Watch) -> str:
    """What to ask FTS5 for: it finds at least every programme that the watch means. "" where no index can help."""
    if watch.kind == WORDS:
        return " ".join(word.query for word in words_of(watch.value))
    if watch.kind == TITLE and folded(watch.value):
        return f'title : "{_quoted(watch.value)}"'
    return ""


class AskedWord(NamedTuple):
    """A word or a phrase to look for, or the beginning of one."""

    text: str
    begins: bool

    @property
    def query(self) -> str:
        """In the syntax of FTS5, in quotes, so that no word is an operator."""
        return f'"{_quoted(self.text)}"' + ("*" if self.begins else "")


def words_of(text: str) -> list[AskedWord]:
    """The words and phrases of a watch. Quotation marks make a phrase, a star at the end finds beginnings."""
    found: list[AskedWord] = []
    for number, part in enumerate(text.split('"')):
        pieces = [part] if number % 2 else part.split()
        for piece in pieces:
            asked = AskedWord(piece.strip().rstrip("*"), piece.rstrip().endswith("*"))
            if folded(asked.text):
                found.append(asked)
    return found


def _quoted(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


def text_reason(watch: Watch, said: WatchedText) -> str | None:
    """Why a programme that an index found is one that the watch means; None if it is not.

    `PATTERN` is judged by `pattern_reason`.
    """
    if watch.kind == WORDS:
        where = [
            name for name, text in said.fields if any(_has(word, text) for word in words_of(watch.value))
        ]
        return f"{' and '.join(where) or 'the text'} has {watch.value}"
    if watch.kind == TITLE:
        return f"the title is {said.title}" if folded(said.title) == folded(watch.value) else None
    if watch.kind == PERSON:
        name = named(watch.value, said.people)
        return f"{name} is in it" if name else None
    return None


def named(asked: str, people: Iterable[str]) -> str | None:
    """The first of the names that has all the words of `asked`, side by side."""
    wanted = f" {folded(asked)} "
    return next((name for name in people if wanted in f" {folded(name)} "), None)


def pattern_reason(watch: Watch, said: WatchedText, found: tuple[str, ...]) -> str | None:
    """The same for a pattern, which `found` names the fields of that have it."""
    return f"{' and '.join(found)} has the pattern" if watch.kind == PATTERN and found else None


def _has(word: AskedWord, text: str) -> bool:
    wanted = f" {folded(word.text)}" + ("" if word.begins else " ")
    return wanted in f" {folded(text)} "

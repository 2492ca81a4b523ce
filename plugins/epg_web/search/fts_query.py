"""What a person types into a search box, as a query of SQLite's FTS5."""

import re


def fts_query(words: str) -> str:
    """`words` in FTS5's form; "" where there is nothing to look for.

    Each word is put into quotes, so that none of them is an operator. A star at its end finds beginnings. Words between
    quotation marks stay one phrase. A quotation mark without its partner is ignored.
    """
    kept = []
    for phrase, star, word in re.findall(r'"([^"]*)"(\*?)|([^\s"]+)', words):
        text = phrase.strip() or word.rstrip("*")
        if text.strip("*"):
            kept.append(f'"{text}"*' if star or word.endswith("*") else f'"{text}"')
    return " ".join(kept)


def typed_query(words: str) -> str:
    """The same for words still being typed: the last one may be a beginning, unless a blank or quotation mark ends it."""
    query = fts_query(words)
    return (
        query
        if not query or words[-1:].isspace() or query.endswith("*") or words.endswith('"')
        else f"{query}*"
    )


def in_titles(query: str) -> str:
    """A query in FTS5's form that looks into titles only."""
    return f"title : ({query})"

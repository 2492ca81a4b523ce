"""Whether the categories of a programme say that it is a film."""

from __future__ import annotations

from functools import lru_cache

from .key_words import words_of

#: words that name a film, folded as `words_of` does
_FILM_WORDS = """
film films filme filmes filmen filmer filmu filmovi filmy filmas filma filmi filmek movie movies spielfilm spielfilme
fernsehfilm telefilm telefilms telefilme tvfilm tvmovie cinema kino pelicula peliculas cine speelfilm elokuva elokuvat
spillefilm langfilm spelfilm kvikmynd mangufilm spelfilma jatekfilm vaidybinis sinema кино фильм фильмы кинофильм
телефильм фільм фільми филм филми ταινια ταινιες סרט סרטים فيلم افلام أفلام 电影 電影 影片 映画 洋画 邦画 영화 ภาพยนตร หนัง filem
pelikula kinofilm kinofilme langspielfilm western liebesfilm actionfilm horrorfilm kriminalfilm abenteuerfilm
zeichentrickfilm animationsfilm
"""
#: words that say of such a category, or of one beside it, that the programme is something else
_OTHER_WORDS = """
serie series serien serial serials serieel sitcom soap telenovela novela magazine magazin magazyn news nachrichten talk trailer
trailers making show shows episode dokureihe reihe seriali serija serije сериал сериалы серіал сериали σειρα σειρες dizi dizisi
sarja sarjat sorozat סדרה مسلسل مسلسلات 连续剧 電視劇 ドラマ 드라마 short kurzfilm kurzfilme court
"""
_FILM, _NOT = ({words_of(word) for word in words.split()} for words in (_FILM_WORDS, _OTHER_WORDS))
_PHRASES = ("pel licula", "longa metragem", "x ф", "phim le", "phim truyen", "hrany film", "feature film")


@lru_cache(20_000)
def names_a_film(categories: tuple[str, ...]) -> bool:
    """Whether one of the categories names a film and none a series or a magazine."""
    folded = [words_of(category) for category in categories]
    words = {word for text in folded for word in text.split()}
    if words & _NOT:
        return False
    return bool(words & _FILM) or any(phrase in text for text in folded for phrase in _PHRASES)


def is_a_film_word(words: str) -> bool:
    """Whether a folded title only says that it is a film, as `Cinéma` does."""
    return words in _FILM

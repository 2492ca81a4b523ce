"""The exceptions by which Datasette says that it knows the form of a token, and that the token is wrong."""

from .running import FROM_1_0


def _of_1() -> tuple[type[Exception], ...]:
    from datasette import TokenInvalid

    return (TokenInvalid,)


#: 0.65 has none: what it does not know is nobody
REJECTED: tuple[type[Exception], ...] = _of_1() if FROM_1_0 else ()

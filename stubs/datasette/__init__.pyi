# The part of Datasette 0.65 that plugins name in signatures. Datasette has no type hints; everything else is Any.
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., object])

@overload
def hookimpl(function: _Function, /) -> _Function: ...
@overload
def hookimpl(
    *, tryfirst: bool = ..., trylast: bool = ..., specname: str | None = ...
) -> Callable[[_Function], _Function]: ...

class NotFound(Exception): ...
class Forbidden(Exception): ...

class Response:
    body: Any
    status: int
    headers: dict[str, str]
    content_type: str
    def __init__(
        self,
        body: bytes | str | None = ...,
        status: int = ...,
        headers: dict[str, str] | None = ...,
        content_type: str = ...,
    ) -> None: ...
    @classmethod
    def redirect(cls, path: str, status: int = ..., headers: dict[str, str] | None = ...) -> Response: ...
    @classmethod
    def html(cls, body: str, status: int = ..., headers: dict[str, str] | None = ...) -> Response: ...
    @classmethod
    def text(cls, body: str, status: int = ..., headers: dict[str, str] | None = ...) -> Response: ...

def __getattr__(name: str) -> Any: ...

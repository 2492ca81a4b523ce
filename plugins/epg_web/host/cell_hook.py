"""The hook by which plugins write a cell of Datasette's tables, called for each cell of a page.

pluggy checks and copies at each call what is the same for all of them, which costs more than what the plugins do: a page of
1,000 rows has more than 10,000 cells.
"""

from pluggy import HookCaller


class CellHook(HookCaller):
    """Calls the plugins as pluggy does. Where one of them wraps the others, pluggy does it."""

    __slots__ = ()

    def __call__(self, **kwargs: object) -> list[object]:
        found = []
        for implementation in reversed(self._hookimpls):
            if implementation.wrapper or implementation.hookwrapper:
                return list(super().__call__(**kwargs))
            result = implementation.function(*[kwargs[name] for name in implementation.argnames])
            if result is not None:
                found.append(result)
        return found


def call_directly() -> None:
    """Let Datasette call the hook so, once for a process. The hook keeps its plugins, and others may join or leave."""
    from datasette.plugins import pm

    pm.hook.render_cell.__class__ = CellHook

"""Plugins that write cells are called as pluggy calls them, only without its checks."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from epg_web.host.cell_hook import CellHook
from pluggy import HookimplMarker, HookspecMarker, PluginManager

spec, impl = HookspecMarker("cells"), HookimplMarker("cells")


class Specs:
    @spec
    def render_cell(self, row: Any, value: Any, column: str) -> None:
        """A cell."""


class First:
    @impl
    def render_cell(self, value: Any) -> str | None:
        return f"first {value}" if value != "none" else None


class Last:
    @impl(trylast=True)
    def render_cell(self, column: str, row: Any) -> str | None:
        return f"last {column} {row}" if column != "none" else None


class Wrapper:
    @impl(wrapper=True)
    def render_cell(self) -> Generator[None, list[str], list[str]]:
        found = yield
        return [text.upper() for text in found]


class Failing:
    @impl
    def render_cell(self) -> None:
        raise ValueError("no cell")


def manager(*plugins: Any) -> PluginManager:
    made = PluginManager("cells")
    made.add_hookspecs(Specs)
    for plugin in plugins:
        made.register(plugin)
    return made


@pytest.mark.parametrize(
    "plugins", [(), (First(),), (First(), Last()), (Last(), First()), (First(), Last(), Wrapper())]
)
def test_the_same_answers_as_pluggy(plugins: tuple[Any, ...]) -> None:
    slow, quick = manager(*plugins), manager(*plugins)
    quick.hook.render_cell.__class__ = CellHook
    for given in (
        {"value": "x", "column": "y"},
        {"value": "none", "column": "y"},
        {"value": "none", "column": "none"},
    ):
        values = {"row": 7, **given}
        assert quick.hook.render_cell(**values) == slow.hook.render_cell(**values)


def test_plugins_join_and_leave() -> None:
    made, last = manager(First()), Last()
    made.hook.render_cell.__class__ = CellHook
    values = {"row": 7, "value": "x", "column": "y"}
    made.register(last)
    assert made.hook.render_cell(**values) == ["first x", "last y 7"]
    made.unregister(last)
    assert made.hook.render_cell(**values) == ["first x"]


def test_an_error_of_a_plugin_is_seen() -> None:
    made = manager(Failing())
    made.hook.render_cell.__class__ = CellHook
    with pytest.raises(ValueError, match="no cell"):
        made.hook.render_cell(row=1, value=2, column="a")

"""Groups of commands that say which command a mistyped name may mean."""

from __future__ import annotations

import click

#: what other programs call it
OTHER_WORDS = {
    "create": "add", "new": "add", "delete": "remove", "del": "remove", "rm": "remove", "edit": "update", "set": "update",
    "ls": "list", "get": "show", "validate": "check", "run": "serve", "start": "serve", "settings": "config",
}  # fmt: skip


class HelpfulGroup(click.Group):
    """A group whose error for an unknown command ends with similar ones."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name) is not None:
            return super().resolve_command(ctx, args)
        raise click.UsageError(f"No such command {name!r}{self._meant(ctx, name)}", ctx)

    def _meant(self, ctx: click.Context, name: str) -> str:
        import difflib  # only mistakes need it

        known = self.list_commands(ctx)
        other = OTHER_WORDS.get(name.lower())
        close = [other] if other in known else difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.6)
        return f"; did you mean {' or '.join(map(str, close))}?" if close else "."

"""A group of commands that answers an unknown name with the nearest one."""

import click

from orderlake.errors import UnknownName


class Group(click.Group):
    """A group that answers an unknown name with the nearest one, as wrong use."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to run; shell completion may ask for an unfinished name."""
        if args and not args[0].startswith("-") and not ctx.resilient_parsing:
            known = self.list_commands(ctx)
            if args[0] not in known:
                raise UnknownName("command", args[0], known)
        return super().resolve_command(ctx, args)

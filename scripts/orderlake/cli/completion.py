"""The command completion: prints the shell script that click keeps for a program's completion."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete these commands.

    It completes commands, options, queries and environments. To try it:
    eval "$(orderlake completion bash)". To keep it, once:

    \b
    orderlake completion bash >> ~/.bashrc
    orderlake completion zsh >> ~/.zshrc
    orderlake completion fish > ~/.config/fish/completions/orderlake.fish

    Example: orderlake completion bash >> ~/.bashrc
    """
    from orderlake.cli import cli

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click knows no {shell}")
    # The template itself: click's source() would start bash to ask for its version.
    script = found(cli, {}, "orderlake", "_ORDERLAKE_COMPLETE")
    click.echo(script.source_template % script.source_vars())

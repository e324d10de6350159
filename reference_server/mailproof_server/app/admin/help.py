"""`mailproof admin help`: which nouns and verbs there are, for people and for programs that drive a batch."""

import click

from mailproof_server.app.admin.operator import Noun, Operator, Verb


@click.command("help", cls=Verb)
@click.pass_obj
def show_help(operator: Operator) -> None:
    """The nouns, each with its verbs."""
    operator.show_one(
        {
            name: sorted(command.commands) if isinstance(command, Noun) else []
            for name, command in sorted(operator.commands.commands.items())
        }
    )

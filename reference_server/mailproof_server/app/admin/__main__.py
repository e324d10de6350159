"""`python -m mailproof_server.app.admin`: the command line, with one sub-command per noun."""

import sys
from pathlib import Path

import click

from mailproof_server import registry
from mailproof_server.app import admin
from mailproof_server.app import config as configuration
from mailproof_server.app.admin.operator import Entry, Operator
from mailproof_server.app.config import Config, ConfigError

EPILOG = """\b
Examples:
  mailproof admin --data ./org domain add example.test
  mailproof admin --data ./org user add ann@example.test --name "Ann Able"
  mailproof admin --data ./org user password ann@example.test
  mailproof admin --data ./org group add team@example.test --member ann@example.test
  mailproof admin --data ./org user list --json
"""


@click.group(
    name="mailproof admin",
    epilog=EPILOG,
    context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]},
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the kept store.")
@click.option("--config", "config_file", type=click.Path(dir_okay=False, path_type=Path), help="Configuration file.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def main(context: click.Context, data: Path | None, config_file: Path | None, as_json: bool) -> None:
    """The operator's work on a kept store, also while a server runs on it."""
    if data is None and config_file is None:
        raise click.UsageError("name the store: --data DIR or --config FILE")
    try:
        settings = configuration.load(config_file) if config_file is not None else Config(data=data or Path())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    operator = Operator(settings, main, as_json=as_json)
    context.obj = operator
    context.call_on_close(operator.close)


for _entry in registry.load(admin, Entry, apart=("operator",)):
    main.add_command(_entry)


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except click.Abort:
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"mailproof admin: {error.format_message()}", err=True)
        sys.exit(2)

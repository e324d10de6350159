"""`python -m mailproof_server`: run the reference server until SIGTERM or SIGINT."""

import os
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from mailproof_server.app import config as configuration
from mailproof_server.app.config import Config, ConfigError
from mailproof_server.services.limits import ServiceLimits

EPILOG = """\b
Examples:
  mailproof serve                          everything ephemeral, on free ports
  mailproof serve --data ./org             a kept store on 3993 / 3465 / 8443
  mailproof serve --ready-file target.toml & mailproof check --target target.toml
  mailproof serve --config /etc/mailproof.toml --workers 4
"""


@click.command(
    name="mailproof serve",
    epilog=EPILOG,
    context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]},
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the store, the CA and the accounts in this folder.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the target profile here, atomically, once every port answers.",
)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--imaps-port", type=click.IntRange(0, 65535), help="0: a free port.  [default: free, or 3993 with --data]"
)
@click.option(
    "--smtps-port", type=click.IntRange(0, 65535), help="0: a free port.  [default: free, or 3465 with --data]"
)
@click.option(
    "--https-port", type=click.IntRange(0, 65535), help="0: a free port.  [default: free, or 8443 with --data]"
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Plain HTTP on 127.0.0.1: /metrics and /healthz. 0: a free port.  [default: off]",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Worker processes sharing the ports and the store.  [default: 1]"
)
@click.option("--ews-ceiling", metavar="VERSION", help="Newest EWS schema version served.  [default: Exchange2010_SP2]")
@click.option(
    "--capabilities",
    type=click.Choice(["full", "workmail", "exchange"]),
    help="Which IMAP extensions are offered.  [default: full]",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file (TOML) for real deployments.",
)
@click.option(
    "--organisation",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Create these users, groups and resources (TOML) at the first start.",
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Turn on a seeded defect (repeatable); --defect list shows them.",
)
@click.option(
    "--lifeline",
    type=click.IntRange(min=0),
    hidden=True,
    help="Stop as well when this inherited descriptor reads its end: whoever started the server is gone.",
)
def main(
    data: Path | None,
    ready_file: Path | None,
    host: str | None,
    imaps_port: int | None,
    smtps_port: int | None,
    https_port: int | None,
    metrics_port: int | None,
    workers: int | None,
    ews_ceiling: str | None,
    capabilities: configuration.CapabilityProfile | None,
    config_file: Path | None,
    organisation: Path | None,
    defects: tuple[str, ...],
    lifeline: int | None,
) -> None:
    """Run the reference server until SIGTERM or SIGINT."""
    if defects == ("list",):
        from mailproof_server.app.defects import catalogue

        for defect in catalogue():
            click.echo(f"{defect.name}\t{' '.join(defect.requirements)}\t{defect.summary}")
        return
    replace = msgspec.structs.replace
    with tempfile.TemporaryDirectory(prefix="mailproof-") as scratch:
        try:
            settings = _base(config_file, data, Path(scratch))
            listen = {
                "host": host,
                "imaps_port": imaps_port,
                "smtps_port": smtps_port,
                "https_port": https_port,
                "metrics_port": metrics_port,
            }
            settings = replace(
                settings,
                listen=replace(settings.listen, **{key: value for key, value in listen.items() if value is not None}),
                workers=workers or settings.workers,
                ews_ceiling=ews_ceiling or settings.ews_ceiling,
                capabilities=capabilities or settings.capabilities,
            )
            if settings.workers > 1:
                _share_metrics(settings.data / "run" / "metrics")
            from mailproof_server.app import supervisor

            status = supervisor.run(
                settings,
                organisation=organisation,
                ready_file=ready_file,
                defects=defects,
                kept=config_file is not None or data is not None,
                lifeline=lifeline,
            )
        except ConfigError as error:
            click.echo(f"mailproof serve: {error}", err=True)
            status = 2
    sys.exit(status)


def _share_metrics(folder: Path) -> None:
    """Let the workers' counters be added up; prometheus_client looks at the variable when it is first imported."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _base(config_file: Path | None, data: Path | None, scratch: Path) -> Config:
    """A configuration file, a kept folder, or everything ephemeral with hashes that cost little."""
    if config_file is not None:
        loaded = configuration.load(config_file)
        return loaded if data is None else msgspec.structs.replace(loaded, data=data)
    if data is not None:
        return Config(data=data)
    return Config(
        data=scratch,
        listen=configuration.Listen(imaps_port=0, smtps_port=0, https_port=0),
        # Tests sign in by the thousand from one address, and wrongly on purpose: hashes and back-off cost them little.
        limits=ServiceLimits(
            login_hash_memory_kib=1024,
            login_hash_time_cost=1,
            failed_login_delay_s=0.01,
            failed_logins_per_address=100_000,
        ),
        log=configuration.Log(level="warning"),
    )


if __name__ == "__main__":
    main()

"""The only place where objects are joined: store, services, protocols and listeners of one worker process."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from starlette.applications import Starlette

from mailproof_server import registry
from mailproof_server.app import defects, metrics
from mailproof_server.app.config import Config, ConfigError
from mailproof_server.model.clock import Clock, SystemClock
from mailproof_server.net.authority import make_test_ca
from mailproof_server.net.https import HttpApplication
from mailproof_server.net.listener import Connect, Listener, ListenerLimits, streams
from mailproof_server.net.tls import ServerTls, TlsConfigError
from mailproof_server.net.tls_transport import TlsLimits
from mailproof_server.protocols.autodiscover.config import Regions, own_endpoints
from mailproof_server.protocols.autodiscover.endpoint import AutodiscoverServer
from mailproof_server.protocols.autodiscover.user_settings import Offer
from mailproof_server.protocols.ews import operations as ews_operations
from mailproof_server.protocols.ews.endpoint import EwsServer
from mailproof_server.protocols.ews.operation import Operation
from mailproof_server.protocols.ews.versions import BUILDS, ORDER
from mailproof_server.protocols.http.site import Endpoint, Site
from mailproof_server.protocols.imap import commands as imap_commands
from mailproof_server.protocols.imap.capabilities import Capabilities
from mailproof_server.protocols.imap.command import Command as ImapCommand
from mailproof_server.protocols.imap.session import ImapServer
from mailproof_server.protocols.smtp.session import SmtpServer
from mailproof_server.services.bundle import Services
from mailproof_server.services.sinks import DirectorySink, RelaySink, Sink
from mailproof_server.store.base import Store
from mailproof_server.store.sqlite import SqliteStore

VERSION = "0.1.0"
DRAIN_S = 5.0
"""How long sessions may take to finish when the server stops."""
log = structlog.get_logger()


@dataclass(slots=True)
class Server:
    """One worker's objects; `start` with listening sockets, then `stop`."""

    config: Config
    clock: Clock
    store: Store
    services: Services
    tls: ServerTls
    imap: ImapServer
    smtp: SmtpServer
    ca_file: Path | None
    """Of the test CA; None with real certificates."""
    metrics_app: Starlette
    site: Site
    """What the HTTPS port answers."""
    listeners: list[Listener] = field(default_factory=list)

    async def start(self, sockets: Mapping[str, socket.socket]) -> None:
        """Answer on the sockets of `imaps`, `smtps` and `https`; the store must be open."""
        limits = ListenerLimits(
            connections=self.config.net.connections,
            connections_per_address=self.config.net.connections_per_address,
            tls=TlsLimits(handshake_timeout_s=self.config.net.handshake_timeout_s),
        )
        connects: dict[str, Connect] = {
            "imaps": streams(self.imap.serve, report=_report),
            "smtps": streams(self.smtp.serve, report=_report),
            "https": HttpApplication(self.site, limits=self.config.http, report=_report).connect,
        }
        for name, connect in connects.items():
            listener = Listener(connect, tls=self.tls, limits=limits, report=_report)
            listener.start(sockets[name])
            self.listeners.append(listener)
        await self.services.outbound.start()
        await self.services.upkeep.start()

    async def stop(self) -> None:
        """Sessions say goodbye, queued writes commit, then everything is closed."""
        for listener in self.listeners:
            await listener.stop(DRAIN_S)
        await self.services.outbound.stop()
        await self.services.upkeep.stop()
        await self.store.close()


def build(config: Config, *, clock: Clock | None = None, seeded: tuple[str, ...] = ()) -> Server:
    """Join everything; nothing is opened yet. Raises ConfigError."""
    clock = clock or SystemClock()
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    tls, ca_file = _tls(config, clock)
    store = SqliteStore(config.data, observe=metrics.store_batch)
    services = Services.join(store, clock, config.limits, host_name=config.listen.name, sink=_sink(config))
    table: dict[bytes, ImapCommand] = {}
    declared = registry.load(imap_commands, ImapCommand)
    capabilities = Capabilities.build(declared, config.capabilities, append_limit_bytes=config.limits.message_bytes)
    for command in declared:
        if command.capabilities and not capabilities.knows(command):
            continue
        table[command.name] = command
        if command.uid:
            table[b"UID " + command.name] = command
    imap = ImapServer(services, config.imap, table, capabilities, config.listen.name, VERSION, metrics.imap_command)
    smtp = SmtpServer(services, config.smtp, config.listen.name, metrics.smtp_command)
    server = Server(
        config, clock, store, services, tls, imap, smtp, ca_file, metrics.application(store), _site(config, services)
    )
    try:
        defects.apply(seeded, server)
    except LookupError as error:
        raise ConfigError(str(error)) from error
    return server


def _site(config: Config, services: Services) -> Site:
    """Every endpoint of the HTTPS port."""
    if config.ews_ceiling not in BUILDS:
        raise ConfigError(f"ews_ceiling: {config.ews_ceiling} is none of {', '.join(BUILDS)}")
    operations = registry.load(ews_operations, Operation)
    ews = EwsServer(services, config.ews, operations, config.ews_ceiling, metrics.ews_operation)
    return Site((Endpoint("ews", "/EWS/Exchange.asmx", ews), *_autodiscover(config, services).endpoints()))


def _autodiscover(config: Config, services: Services) -> AutodiscoverServer:
    listen = config.listen
    ports = {"imaps": listen.imaps_port, "smtps": listen.smtps_port, "https": listen.https_port}
    try:
        regions = Regions(config.autodiscover, own_endpoints(listen.name, ports))
    except ValueError as error:
        raise ConfigError(f"autodiscover: {error}") from error
    served = ORDER[: ORDER.index(config.ews_ceiling) + 1]
    offer = Offer(BUILDS[config.ews_ceiling], served)
    return AutodiscoverServer(services, config.autodiscover, regions, offer, listen.name, metrics.autodiscover_answer)


def _tls(config: Config, clock: Clock) -> tuple[ServerTls, Path | None]:
    cert_file, key_file, ca_file = config.tls.cert_file, config.tls.key_file, None
    if (cert_file is None) != (key_file is None):
        raise ConfigError("tls: cert_file and key_file are given together or not at all")
    if cert_file is None or key_file is None:
        names = {config.listen.name, config.listen.host, "localhost"}
        made = make_test_ca(config.data / "tls", now=clock.now(), names=sorted(names - {"0.0.0.0", "::"}))  # noqa: S104
        cert_file, key_file, ca_file = made.cert, made.key, made.ca
    try:
        return ServerTls(cert_file, key_file), ca_file
    except TlsConfigError as error:
        raise ConfigError(str(error)) from error


def _sink(config: Config) -> Sink:
    outbound = config.outbound
    if outbound.kind == "directory":
        return DirectorySink(outbound.path or config.data / "outbound")
    if not outbound.host:
        raise ConfigError('outbound: kind = "relay" needs a host')
    password = ""
    if outbound.password_file is not None:
        try:
            password = outbound.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"outbound: {outbound.password_file}: {error.strerror}") from error
    return RelaySink(outbound.host, outbound.port, tls=outbound.tls, username=outbound.username, password=password)


def _report(event: str, facts: "dict[str, object]") -> None:
    """Events of the network layer, in the log's form."""
    error = facts.get("error")
    if isinstance(error, BaseException):
        log.error(event, exc_info=error, **{key: value for key, value in facts.items() if key != "error"})
    else:
        log.info(event, **facts)

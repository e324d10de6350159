"""What the server can be told, in one TOML (or JSON) file or by options; an unknown key is an error that names it.

Every limit of the network, the protocols and the services is a key here, with its default beside it.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mailproof_server.net.https import HttpLimits
from mailproof_server.protocols.autodiscover.config import AutodiscoverConfig
from mailproof_server.protocols.ews.limits import EwsLimits
from mailproof_server.protocols.imap.limits import ImapLimits
from mailproof_server.protocols.smtp.limits import SmtpLimits
from mailproof_server.services.limits import ServiceLimits

Port = Annotated[int, Meta(ge=0, le=65535)]
CapabilityProfile = Literal["full", "workmail", "exchange"]
LOOPBACK = "127.0.0.1"


class ConfigError(Exception):
    """A mistake in the configuration: the text names the file and the key."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every table of the file."""


class Listen(Section, frozen=True):
    host: str = LOOPBACK
    imaps_port: Port = 3993
    smtps_port: Port = 3465
    https_port: Port = 8443
    metrics_port: Port | None = None
    """Plain HTTP on 127.0.0.1 only: /metrics and /healthz. 0: a free port; absent: off."""
    name: str = "localhost"
    """The name the server gives itself in greetings and trace lines."""


class Tls(Section, frozen=True):
    cert_file: Path | None = None
    """PEM chain, leaf first. Absent: a test CA and a leaf are made in the data folder."""
    key_file: Path | None = None


class OutboundConfig(Section, frozen=True):
    """Where mail to outside recipients goes."""

    kind: Literal["directory", "relay"] = "directory"
    path: Path | None = None
    """directory: where the messages are written; absent: `outbound/` in the data folder."""
    host: str = ""
    port: Port = 25
    tls: Literal["implicit", "starttls", "none"] = "starttls"
    username: str = ""
    password_file: Path | None = None


class NetLimits(Section, frozen=True):
    """Of connections and time, for all protocols."""

    connections: int = 4096
    connections_per_address: int = 1024
    handshake_timeout_s: float = 15.0
    backlog: int = 512
    """Connections that the kernel keeps until they are accepted."""


class Log(Section, frozen=True):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"
    file: Path | None = None
    """Absent: standard error."""
    events_bytes: Annotated[int, Meta(ge=0)] = 64 * 1024 * 1024
    """Size at which `events.jsonl` in the data folder, the organisation's event log, becomes `events.jsonl.1` and is
    begun anew. 0: no such file."""


class Config(Section, frozen=True):
    """The whole file."""

    data: Path
    """Folder of the store, the CA and the outbound messages."""
    listen: Listen = Listen()
    tls: Tls = Tls()
    outbound: OutboundConfig = OutboundConfig()
    net: NetLimits = NetLimits()
    http: HttpLimits = HttpLimits()
    ews: EwsLimits = EwsLimits()
    autodiscover: AutodiscoverConfig = AutodiscoverConfig()
    imap: ImapLimits = ImapLimits()
    smtp: SmtpLimits = SmtpLimits()
    limits: ServiceLimits = ServiceLimits()
    log: Log = Log()
    capabilities: CapabilityProfile = "full"
    """Which set IMAP advertises: everything, or what WorkMail or Exchange would."""
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    ews_ceiling: str = "Exchange2010_SP2"


def load(path: Path) -> Config:
    """Read a configuration file; relative paths in it are relative to the file. Raises ConfigError."""
    is_json = path.suffix == ".json"
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if is_json else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not {'JSON' if is_json else 'TOML'}: {error}") from error
    try:
        config = msgspec.convert(raw, Config, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    return _anchored(config, path.parent)


def dump(config: Config) -> str:
    """What `load` reads back, as JSON with absolute paths."""
    anchored = _anchored(config, Path.cwd())
    return msgspec.json.format(msgspec.json.encode(anchored, enc_hook=str), indent=2).decode() + "\n"


def _decode(kind: type, value: Any) -> Any:
    if kind is not Path or not isinstance(value, str):
        # msgspec puts the key's place behind the text of this kind of error.
        raise ValueError(f"Expected a path, got `{type(value).__name__}`")
    return Path(value)


def _anchored(config: Config, folder: Path) -> Config:
    def anchor(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    replace = msgspec.structs.replace
    return replace(
        config,
        data=folder / config.data,
        tls=replace(config.tls, cert_file=anchor(config.tls.cert_file), key_file=anchor(config.tls.key_file)),
        outbound=replace(
            config.outbound, path=anchor(config.outbound.path), password_file=anchor(config.outbound.password_file)
        ),
        log=replace(config.log, file=anchor(config.log.file)),
    )

"""The target profile of a running server: what a test suite needs to know of it, in one TOML file."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailproof_server.app.config import Config, dump
from mailproof_server.app.organisation.applying import ProvisionedAccount

SETTINGS = "serving.json"
"""In the data folder: the configuration that a server last ran with, so that the operator's tool costs and limits
the same."""


def render(
    *,
    name: str,
    host: str,
    ca_file: Path | None,
    imaps_port: int,
    smtps_port: int,
    https: Mapping[str, str],
    accounts: Sequence[ProvisionedAccount],
    control: Sequence[str] = (),
) -> str:
    """The profile's text. JSON's string escapes are TOML's.

    `https`: the address of each endpoint by its key.
    `control`: the program that does the operator's work line by line (`mailproof admin batch`).
    """
    quoted = json.dumps
    lines = [
        "profile = 1",
        f"name = {quoted(name)}",
        *(() if ca_file is None else ("", "[tls]", f"ca_file = {quoted(str(ca_file))}")),
        "",
        "[imaps]",
        f"host = {quoted(host)}",
        f"port = {imaps_port}",
        "",
        "[smtps]",
        f"host = {quoted(host)}",
        f"port = {smtps_port}",
        *(("", "[https]") if https else ()),
        *(f"{name} = {quoted(address)}" for name, address in https.items()),
        *(() if not control else ("", "[control]", f"command = {quoted(list(control))}")),
    ]
    for account in accounts:
        lines += ["", "[[accounts]]"]
        if account.role:
            lines.append(f"role = {quoted(account.role)}")
        lines += [
            f"address = {quoted(account.address)}",
            f"username = {quoted(account.username)}",
            f"password = {quoted(account.password)}",
        ]
    return "\n".join(lines) + "\n"


def write_operator_settings(config: Config) -> list[str]:
    """Leave in the data folder what this server was told; returns the command of a batch that goes by the same."""
    path = (config.data / SETTINGS).resolve()
    write(path, dump(config))
    return [sys.executable, "-m", "mailproof_server.app.admin", "--config", str(path), "batch"]


def write(path: Path, text: str) -> None:
    """Atomically, readable by the owner alone: it holds passwords."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

"""The target profile of a running server: what a test suite needs to know of it, in one TOML file."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from mailproof_server.app.organisation import ProvisionedAccount


def render(
    *,
    name: str,
    host: str,
    ca_file: Path | None,
    imaps_port: int,
    smtps_port: int,
    accounts: Sequence[ProvisionedAccount],
) -> str:
    """The profile's text. JSON's string escapes are TOML's."""
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


def write(path: Path, text: str) -> None:
    """Atomically, readable by the owner alone: it holds passwords."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

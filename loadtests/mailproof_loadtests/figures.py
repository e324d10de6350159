"""The figures that the reference server promises, measured afresh: `python -m mailproof_loadtests.figures [NAME …]`.

Each figure starts a server of its own, measures over the wire, and is printed beside its promise. Absolute times hold
for the machine they were taken on; the ratios (cost at 50,000 messages over cost at 100) hold anywhere.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailproof_loadtests.memory import resident_bytes
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.control.reference import ReferenceServer

MESSAGE = (
    b"From: Alice <alice@example.test>\r\nTo: Bob <bob@example.test>\r\nSubject: figures %06d\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <%06d@figures.test>\r\n\r\n" + b"0123456789 " * 40 + b"\r\n"
)
_FREE_PORTS = ("--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
_RULE_KINDS = ["ContainsSubjectStrings", "ContainsBodyStrings", "ContainsSenderStrings", "ContainsHeaderStrings"]
MANY = 50_000
FEW = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value against its promise; lower is better."""

    name: str
    value: float
    promise: float
    unit: str

    @property
    def is_kept(self) -> bool:
        return self.value <= self.promise

    def line(self) -> str:
        verdict = "kept" if self.is_kept else "MISSED"
        return f"{self.name:<58} {self.value:>10.3f} {self.unit:<4} (promised {self.promise:g})  {verdict}"


@dataclass(frozen=True, slots=True)
class Server:
    """A reference server of our own, and an account on it."""

    pid: int
    host: str
    port: int
    ca_file: Path
    address: str
    password: str

    def client(self, timeout_s: float = 120.0) -> ImapClient:
        client = ImapClient(
            self.host, self.port, ca_file=self.ca_file, timeout_s=timeout_s, transcript=Transcript(), name="A"
        )
        client.login(self.address, self.password)
        return client


@contextmanager
def served(*options: str) -> Iterator[Server]:
    """Start a server with made-up accounts, stop it afterwards. Raises ReferenceServerError."""
    with tempfile.TemporaryDirectory(prefix="mailproof-figures-") as folder:
        reference = ReferenceServer(Path(folder), options)
        with reference as profile_path:
            profile = tomllib.loads(profile_path.read_text(encoding="utf-8"))
            account = profile["accounts"][0]
            yield Server(
                reference.pid,
                profile["imaps"]["host"],
                profile["imaps"]["port"],
                Path(profile["tls"]["ca_file"]),
                account["address"],
                account["password"],
            )


def help_time() -> list[Figure]:
    """`mailproof --help` as a whole process."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "mailproof_suites.cli", "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return [Figure("mailproof --help", statistics.median(times), 0.3, "s")]


def cold_start() -> list[Figure]:
    """From the process's start to the first login, organisation and certificates made afresh."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        with served() as server:
            server.client().logout()
            times.append(time.perf_counter() - started)
    return [Figure("cold start to first login", statistics.median(times), 1.5, "s")]


def idle_memory() -> list[Figure]:
    """Growth of the server's resident memory over 500 signed-in connections that sit in IDLE."""
    count = 500
    with tempfile.TemporaryDirectory(prefix="mailproof-figures-") as folder:
        config = Path(folder) / "limits.toml"
        config.write_text(
            f'data = "store"\n[listen]\nimaps_port = 0\nsmtps_port = 0\n[log]\nlevel = "warning"\n'
            f"[limits]\nconnections_per_user = {2 * count}\nconnections_per_address = {2 * count}\n",
            encoding="utf-8",
        )
        with served("--config", str(config)) as server:
            server.client().logout()
            before = resident_bytes(server.pid)
            clients = []
            for _ in range(count):
                client = server.client()
                client.select("INBOX")
                client.start("IDLE")
                clients.append(client)
            grown = resident_bytes(server.pid) - before
            for client in clients:
                client.close()
    return [Figure(f"idle memory per IMAP connection over {count}", grown / count / 1024, 150, "KiB")]


def big_account() -> list[Figure]:
    """An account with 50,000 messages: SELECT, flag sync, and what one more APPEND costs."""
    with served() as server:
        client = server.client()
        client.create("few")
        client.create("many")
        _fill(client, "few", FEW)
        few_s = _append_cost(client, "few")
        _fill(client, "many", MANY)
        many_s = _append_cost(client, "many")
        select_s = _best(lambda: client.select("many"))
        flags_s = _best(lambda: _raw_fetch(client))
        client.logout()
    return [
        Figure(f"SELECT of {MANY:,} messages", select_s * 1000, 50, "ms"),
        Figure(f"UID FETCH 1:* (FLAGS) of {MANY:,} messages", flags_s, 0.5, "s"),
        Figure(f"APPEND at {MANY:,} over APPEND at {FEW} messages", many_s / few_s, 1.2, "x"),
    ]


def two_hundred_rules() -> list[Figure]:
    """A submission to an account with 200 rules that do not match, over one to an account without any."""
    with tempfile.TemporaryDirectory(prefix="mailproof-figures-") as folder:
        store = str(Path(folder) / "store")
        reference = ReferenceServer(Path(folder), ("--data", store, *_FREE_PORTS))
        with reference as profile_path:
            profile = tomllib.loads(profile_path.read_text(encoding="utf-8"))
            sender, plain, ruled = (account["address"] for account in profile["accounts"][:3])
            rules = [
                {"name": f"{number}", "conditions": {kind: [f"never {number}"]}, "actions": {"Delete": True}}
                for number, kind in enumerate(_RULE_KINDS * 50)
            ]
            admin = [sys.executable, "-m", "mailproof_server.app.admin", "--data", store]
            subprocess.run(
                [*admin, "rules", "put", ruled, "-"], input=json.dumps(rules).encode(), check=True, capture_output=True
            )
            context = ssl.create_default_context(cafile=profile["tls"]["ca_file"])
            smtps = profile["smtps"]
            times: dict[str, list[float]] = {plain: [], ruled: []}
            with smtplib.SMTP_SSL(smtps["host"], smtps["port"], context=context) as client:
                client.login(sender, profile["accounts"][0]["password"])
                for number in range(100):
                    for recipient, taken in times.items():
                        message = (MESSAGE % (number, number)).replace(b"alice@example.test", sender.encode())
                        started = time.perf_counter()
                        client.sendmail(sender, [recipient], message)
                        taken.append(time.perf_counter() - started)
    ratio = statistics.median(times[ruled]) / statistics.median(times[plain])
    return [Figure("delivery through 200 rules over delivery through none", ratio, 2.0, "x")]


def _fill(client: ImapClient, folder: str, count: int) -> None:
    """By MULTIAPPEND, 500 at a time."""
    for start in range(0, count, 500):
        parts = []
        for number in range(start, min(start + 500, count)):
            message = MESSAGE % (number, number)
            parts.append(b" {%d+}\r\n%b" % (len(message), message))
        client.send_raw(b"f%d APPEND %b%b\r\n" % (start, folder.encode("ascii"), b"".join(parts)))
        _read_to(client, b"f%d " % start)
        if count > 5000 and start % 10_000 == 0:
            print(f"  … {start:,} of {count:,}", file=sys.stderr, flush=True)


def _append_cost(client: ImapClient, folder: str) -> float:
    times = []
    message = MESSAGE % (1, 1)
    for number in range(60):
        started = time.perf_counter()
        client.send_raw(b"p%d APPEND %b {%d+}\r\n%b\r\n" % (number, folder.encode("ascii"), len(message), message))
        _read_to(client, b"p%d " % number)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _raw_fetch(client: ImapClient) -> None:
    """The server's time, not the parser's: lines are counted, not parsed."""
    client.send_raw(b"q UID FETCH 1:* (FLAGS)\r\n")
    _read_to(client, b"q ")


def _read_to(client: ImapClient, tag: bytes) -> None:
    """Read raw up to the tagged completion, which must be OK."""
    while True:
        line = client.stream.read_line(1 << 20)
        if line.startswith(tag):
            if not line.startswith(tag + b"OK"):
                raise RuntimeError(line.decode("utf-8", "replace"))
            return


def _best(act: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


FIGURES: dict[str, Callable[[], list[Figure]]] = {
    "help": help_time,
    "cold-start": cold_start,
    "idle-memory": idle_memory,
    "big-account": big_account,
    "rules-200": two_hundred_rules,
}


def main(names: list[str]) -> int:
    """Measure the named figures, or all; 0 when every promise is kept, 1 when one is missed, 2 for a wrong name."""
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        print(f"no such figure: {', '.join(unknown)} (there are: {', '.join(FIGURES)})", file=sys.stderr)
        return 2
    print(f"{sys.platform}, Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}")
    is_kept = True
    for name in names or FIGURES:
        for figure in FIGURES[name]():
            print(figure.line(), flush=True)
            is_kept = is_kept and figure.is_kept
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

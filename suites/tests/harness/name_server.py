"""A DNS server on loopback that knows a few names, and remembers what it was asked (RFC 1035, over UDP)."""

from __future__ import annotations

import socket
from threading import Thread
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

TTL_S = 60


class NameServer:
    """Answers from a table until it is closed.

    Args:
        records: `{"corp.test A": ["127.0.0.1"], "_autodiscover._tcp.corp.test SRV": ["0 0 443 mail.corp.test."]}`
    """

    def __init__(self, records: dict[str, list[str]]) -> None:
        self.asked: list[str] = []
        """Name and type of every question, in order."""
        self._records = records
        self._names = {key.partition(" ")[0].lower() for key in records}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An empty datagram is the end; closing the socket would not wake the thread.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def resolver(self) -> dns.resolver.Resolver:
        """One that asks this server and nobody else."""
        made = dns.resolver.Resolver(configure=False)
        made.nameservers = ["127.0.0.1"]
        made.port = self.port
        return made

    def _serve(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        [question] = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        made = dns.message.make_response(query)
        made.flags |= dns.flags.AA
        if name not in self._names:
            made.set_rcode(dns.rcode.NXDOMAIN)
        while name in self._names:
            wanted = kind if f"{name} {kind}" in self._records else "CNAME"
            found = self._records.get(f"{name} {wanted}")
            if not found:
                break
            made.answer.append(dns.rrset.from_text(f"{name}.", TTL_S, "IN", wanted, *found))
            if wanted == kind:
                break
            name = found[0].rstrip(".").lower()  # RFC 1034 section 3.6.2: the query goes on with the canonical name
        return made

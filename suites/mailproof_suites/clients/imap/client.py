"""`ImapClient`: a connection with conveniences for the steps that most cases need.

A convenience raises UnexpectedReply unless the server says OK, so that a failed step of preparation is seen where it
happens; a case that judges the answer itself uses `command`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from mailproof_suites.clients.errors import ConnectionClosed, TimedOut
from mailproof_suites.clients.imap.command import Literal, Part, astring, quoted
from mailproof_suites.clients.imap.connection import ImapConnection
from mailproof_suites.clients.imap.names import encode_utf7
from mailproof_suites.clients.imap.results import Appended, Completion, Copied, Fetched, Found, Selected
from mailproof_suites.clients.imap.values import (
    EsearchData,
    ListData,
    NamespaceData,
    NumberSet,
    SearchData,
    StatusData,
)

Numbers: TypeAlias = "str | int | NumberSet | Iterable[int]"
"""A sequence set: as text (``1:*``), one number, or numbers."""


class ImapClient(ImapConnection):
    """One IMAP connection. All arguments are those of `ImapConnection`."""

    # -- signing in --------------------------------------------------------------------------------------------------

    def login(self, user: str, password: str) -> Completion:
        """LOGIN; the password is masked in the transcript."""
        self.transcript.secret(password)
        return self._signed_in(self.command("LOGIN", astring(user), astring(password)))

    def authenticate_plain(self, user: str, password: str, authzid: str = "", *, initial: bool = True) -> Completion:
        """AUTHENTICATE PLAIN (RFC 4616), as initial response (RFC 4959) or after the continuation."""
        self.transcript.secret(password)
        return self._signed_in(self.authenticate("PLAIN", sasl_plain(user, password, authzid), initial=initial))

    def authenticate(self, mechanism: str, *answers: bytes, initial: bool = False) -> Completion:
        """AUTHENTICATE with these answers (not yet in base64), whatever comes of it.

        ``initial`` sends the first one with the command ("=" when it is empty). Never raises for NO or BAD.
        """
        rest = list(answers)
        first = [base64.b64encode(rest.pop(0)) or b"="] if initial and rest else []
        tag = self.start("AUTHENTICATE", mechanism, *first)
        for answer in rest:
            if self.await_continuation(tag) is None:
                break
            self.send_line(base64.b64encode(answer))
        return self.finish(tag)

    def _signed_in(self, done: Completion) -> Completion:
        done.require_ok()
        if not (done.code and done.code.name == "CAPABILITY") and not done.named("CAPABILITY"):
            self.refresh_capabilities()
        return done

    def enable(self, *names: str) -> Completion:
        """ENABLE (RFC 5161); what came of it stands in ``enabled``."""
        return self.command("ENABLE", *names).require_ok()

    def logout(self) -> Completion:
        """LOGOUT, then read up to the end of the stream (a server that does not close is only noted) and close."""
        done = self.command("LOGOUT").require_ok()
        try:
            while True:
                self.read_response(min(self.timeout_s, 2.0))
        except ConnectionClosed:
            pass  # this is the end that a LOGOUT asks for
        except TimedOut:
            self.transcript.note(self.name, "the server did not close after LOGOUT")
        self.close()
        return done

    def noop(self) -> Completion:
        """NOOP."""
        return self.command("NOOP").require_ok()

    # -- mailboxes ---------------------------------------------------------------------------------------------------

    def mailbox(self, name: str | bytes) -> Part:
        """``name`` as it is sent: modified UTF-7, or UTF-8 once rev2 or UTF8=ACCEPT is enabled; bytes as they are."""
        if isinstance(name, bytes):
            return astring(name)
        if self._dialect().utf8 and not name.isascii():
            return quoted(name)
        return astring(name if self._dialect().utf8 else encode_utf7(name))

    def select(self, name: str | bytes, params: str | None = None) -> Selected:
        """SELECT; ``params`` without its parentheses, e.g. ``CONDSTORE``."""
        return self._open("SELECT", name, params)

    def examine(self, name: str | bytes, params: str | None = None) -> Selected:
        """EXAMINE."""
        return self._open("EXAMINE", name, params)

    def _open(self, verb: str, name: str | bytes, params: str | None) -> Selected:
        extra = [f"({params})"] if params else []
        return Selected.from_completion(self.command(verb, self.mailbox(name), *extra).require_ok())

    def unselect(self) -> Completion:
        """UNSELECT (RFC 3691)."""
        return self.command("UNSELECT").require_ok()

    def close_mailbox(self) -> Completion:
        """CLOSE, which expunges."""
        return self.command("CLOSE").require_ok()

    def create(self, name: str | bytes, special_use: str | None = None) -> Completion:
        """CREATE, with ``USE`` (RFC 6154) if told, e.g. ``\\Sent``."""
        extra = [f"(USE ({special_use}))"] if special_use else []
        return self.command("CREATE", self.mailbox(name), *extra).require_ok()

    def delete(self, name: str | bytes) -> Completion:
        """DELETE."""
        return self.command("DELETE", self.mailbox(name)).require_ok()

    def rename(self, old: str | bytes, new: str | bytes) -> Completion:
        """RENAME."""
        return self.command("RENAME", self.mailbox(old), self.mailbox(new)).require_ok()

    def subscribe(self, name: str | bytes) -> Completion:
        """SUBSCRIBE."""
        return self.command("SUBSCRIBE", self.mailbox(name)).require_ok()

    def unsubscribe(self, name: str | bytes) -> Completion:
        """UNSUBSCRIBE."""
        return self.command("UNSUBSCRIBE", self.mailbox(name)).require_ok()

    def list_mailboxes(
        self, reference: str | bytes = "", pattern: str | bytes = "*", *, select: str = "", returns: str = ""
    ) -> list[ListData]:
        """LIST; ``select`` and ``returns`` (without parentheses) are the options of RFC 5258."""
        parts: list[Part] = [f"({select})"] if select else []
        parts += [_pattern(reference), _pattern(pattern)]
        parts += ["RETURN", f"({returns})"] if returns else []
        return self.command("LIST", *parts).require_ok().of(ListData)

    def status(self, name: str | bytes, items: str = "MESSAGES UIDNEXT UIDVALIDITY UNSEEN") -> StatusData:
        """STATUS of one mailbox. Raises UnexpectedReply unless exactly one STATUS response came."""
        done = self.command("STATUS", self.mailbox(name), f"({items})").require_ok()
        return done.only(StatusData)

    def namespace(self) -> NamespaceData:
        """NAMESPACE (RFC 2342)."""
        return self.command("NAMESPACE").require_ok().only(NamespaceData)

    # -- messages ----------------------------------------------------------------------------------------------------

    def append(
        self,
        name: str | bytes,
        message: bytes | Literal,
        flags: Sequence[str] = (),
        date: str | None = None,
    ) -> Appended:
        """APPEND; ``date`` without its quotes, e.g. ``01-Jul-2026 09:05:00 +0200``."""
        parts: list[Part] = [f"({' '.join(flags)})"] if flags else []
        parts += [f'"{date}"'] if date else []
        body = message if isinstance(message, Literal) else Literal(message)
        done = self.command("APPEND", self.mailbox(name), *parts, body).require_ok()
        code = done.find_code("APPENDUID")
        return Appended(done, code.args[0], code.args[1]) if code else Appended(done, None, None)

    def fetch(self, numbers: Numbers, items: str, *, uid: bool = False, modifiers: str = "") -> Fetched:
        """FETCH or UID FETCH; ``items`` as sent, e.g. ``(UID FLAGS)``; ``modifiers`` e.g. ``CHANGEDSINCE 7``."""
        extra = [f"({modifiers})"] if modifiers else []
        done = self.command(*_verb("FETCH", uid), set_text(numbers), items, *extra).require_ok()
        return Fetched(done, uid=uid)

    def store(
        self,
        numbers: Numbers,
        action: str,
        flags: Sequence[str],
        *,
        uid: bool = False,
        unchanged_since: int | None = None,
    ) -> Fetched:
        """STORE; ``action`` is ``FLAGS``, ``+FLAGS`` or ``-FLAGS``, perhaps with ``.SILENT``."""
        modifiers = [] if unchanged_since is None else [f"(UNCHANGEDSINCE {unchanged_since})"]
        done = self.command(
            *_verb("STORE", uid), set_text(numbers), *modifiers, action, f"({' '.join(flags)})"
        ).require_ok()
        return Fetched(done, uid=uid)

    def search(self, *criteria: Part, uid: bool = False, returns: str | None = None) -> Found:
        """SEARCH; ``returns`` (without parentheses) asks for ESEARCH. Finds the numbers in either answer."""
        extra = [] if returns is None else ["RETURN", f"({returns})"]
        done = self.command(*_verb("SEARCH", uid), *extra, *criteria).require_ok()
        return _found(done)

    def sort(self, keys: str, *criteria: Part, uid: bool = False, charset: str = "UTF-8") -> Found:
        """SORT (RFC 5256); ``keys`` without parentheses, e.g. ``REVERSE DATE``."""
        return _found(self.command(*_verb("SORT", uid), f"({keys})", charset, *criteria).require_ok())

    def expunge(self, uids: Numbers | None = None) -> Completion:
        """EXPUNGE, or UID EXPUNGE (RFC 4315) of these UIDs."""
        if uids is None:
            return self.command("EXPUNGE").require_ok()
        return self.command("UID EXPUNGE", set_text(uids)).require_ok()

    def copy(self, numbers: Numbers, name: str | bytes, *, uid: bool = False) -> Copied:
        """COPY or UID COPY."""
        return self._transfer("COPY", numbers, name, uid=uid)

    def move(self, numbers: Numbers, name: str | bytes, *, uid: bool = False) -> Copied:
        """MOVE or UID MOVE (RFC 6851)."""
        return self._transfer("MOVE", numbers, name, uid=uid)

    def _transfer(self, verb: str, numbers: Numbers, name: str | bytes, *, uid: bool) -> Copied:
        done = self.command(*_verb(verb, uid), set_text(numbers), self.mailbox(name)).require_ok()
        code = done.find_code("COPYUID")
        return Copied(done, *code.args) if code else Copied(done, None, None, None)


def sasl_plain(user: str, password: str, authzid: str = "") -> bytes:
    """The PLAIN message ``authzid NUL authcid NUL password``, not yet in base64."""
    return b"\0".join(part.encode() for part in (authzid, user, password))


def set_text(numbers: Numbers) -> str:
    """``numbers`` as a sequence set."""
    if isinstance(numbers, (str, int, NumberSet)):
        return str(numbers)
    return ",".join(str(number) for number in numbers)


def _verb(name: str, uid: bool) -> tuple[str, ...]:
    return ("UID", name) if uid else (name,)


def _pattern(value: str | bytes) -> bytes | Literal:
    """A reference or a list pattern, always quoted unless it cannot be."""
    data = encode_utf7(value) if isinstance(value, str) else value
    return quoted(data)


def _found(done: Completion) -> Found:
    for extended in done.of(EsearchData):
        if extended.tag in (None, done.tag):
            return Found(done, extended.numbers(), extended.items.get("MODSEQ"))
    plain = done.of(SearchData)
    numbers = tuple(number for each in plain for number in each.numbers)
    return Found(done, numbers, plain[-1].modseq if plain else None)

"""Bursts of SMTP commands and messages, valid by RFC 5321, 6409, 3030, 4954 before they are spoiled."""

import re
from random import Random

from mailproof_loadtests.fuzzing.mutation import mutated

SENDERS = (
    b"<>",
    b"<nobody@example.test>",
    b"<a b@example.test>",
    b"<@relay.test:x@example.test>",
    b'<"q q"@example.test>',
)
RECIPIENTS = (
    b"<bob@example.test>", b"<carol@example.test>", b"<alice+tag@example.test>", b"<Postmaster>",
    b"<nobody@example.test>", b"<x@[127.0.0.1]>", b'<"bob"@example.test>', b"<j\xc3\xb6rg@example.test>",
    b"<all@example.test>", b"<>",
)  # fmt: skip
PARAMETERS = (
    b"",
    b"",
    b" SIZE=100",
    b" BODY=8BITMIME",
    b" SMTPUTF8",
    b" RET=HDRS ENVID=x+2By",
    b" AUTH=<>",
    b" X=Y",
    b" SIZE=1",
)
WISHES = (b"", b"", b" NOTIFY=NEVER", b" NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+40b", b" NOTIFY=NEVER,DELAY")
MESSAGES = (
    b"From: SENDER\r\nSubject: x\r\n\r\nhello\r\n",
    b"From: SENDER\r\nTo: bob@example.test\r\nBcc: carol@example.test\r\n\r\n..dot\r\n",
    b"From: somebody@else.test\r\n\r\nnot mine\r\n",
    b"\r\n",
    b"no header\r\n",
    b"From: SENDER\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n",
)
FIXED = (
    b"NOOP", b"NOOP x", b"RSET", b"VRFY bob", b"EXPN all", b"EHLO client.example", b"HELO client.example",
    b"EHLO [127.0.0.1]", b"MAIL", b"RCPT TO:<bob@example.test>", b"AUTH PLAIN", b"AUTH LOGIN", b"AUTH PLAIN =",
    b"AUTH PLAIN AGEAYg==", b"AUTH X", b"STARTTLS", b"TURN", b"X-NOTHING", b"BDAT 0 LAST", b"BDAT 5 LAST\r\nabcde",
    b"BDAT x", b"MAIL FROM:<bob@example.test>",
)  # fmt: skip
_ALIVE = re.compile(rb"\n250 [^\r\n]*\r\n250 [^\r\n]*\r\n214[ -]")
# A bare CR or LF, a NUL, or BDAT without a size that can be believed.
_ENDS_SESSIONS = re.compile(
    rb"(?<!\r)\n|\r(?!\n)|\0|bdat(?! [0-9]{1,5}(?: last)?\r\n)|auth (?:plain|login)\r", re.IGNORECASE
)
_ANSWERED = re.compile(rb"^[2-5][0-9][0-9] ", re.MULTILINE)
_CHUNKS = re.compile(rb"BDAT[^0-9\r\n]*([0-9]+)", re.IGNORECASE)


def _mail(rng: Random, sender: bytes) -> bytes:
    path = sender if rng.random() < 0.85 else rng.choice(SENDERS)
    return b"MAIL FROM:%b%b\r\n" % (path, rng.choice(PARAMETERS))


def _rcpt(rng: Random) -> bytes:
    return b"RCPT TO:%b%b\r\n" % (rng.choice(RECIPIENTS), rng.choice(WISHES))


def _message(rng: Random, sender: bytes) -> bytes:
    return rng.choice(MESSAGES).replace(b"SENDER", sender.strip(b"<>"))


def _transaction(rng: Random, sender: bytes) -> list[bytes]:
    """MAIL, RCPTs, and now and then the message in chunks."""
    commands = [_mail(rng, sender), *[_rcpt(rng) for _ in range(rng.randint(1, 4))]]
    kind = rng.random()
    if kind < 0.4:
        message = _message(rng, sender)
        half = len(message) // 2
        commands.append(b"BDAT %d\r\n%b" % (half, message[:half]))
        commands.append(b"BDAT %d LAST\r\n%b" % (len(message) - half, message[half:]))
    elif kind < 0.6:
        commands.append(b"RSET\r\n")
    return commands


def _with_data(rng: Random, sender: bytes) -> bytes:
    """A whole transaction whose text does not wait for 354."""
    recipients = b"".join([_rcpt(rng) for _ in range(rng.randint(0, 2))])
    head = b"RSET\r\nMAIL FROM:%b\r\n%bRCPT TO:<bob@example.test>\r\n" % (sender, recipients)
    return b"%bDATA\r\n%b.\r\n" % (head, _message(rng, sender))


def burst(rng: Random, count: int, sender: bytes) -> bytes:
    """About so many commands, many of them spoiled. What a server may answer by ending the session comes last: a bare
    CR or LF, a chunk without a size, text whose DATA was refused (RFC 2920 3.1), and seldom QUIT."""
    parts: list[bytes] = []
    last = b""
    while len(parts) < count:
        kind = rng.random()
        if kind < 0.1:
            whole = _with_data(rng, sender)
            parts += [b"NOOP\r\n"] * 4 + [whole]
            if rng.random() < 0.3:
                last = mutated(rng, whole)
            continue
        commands = _transaction(rng, sender) if kind < 0.5 else [rng.choice(FIXED) + b"\r\n"]
        for command in commands:
            spoiled = mutated(rng, command) if rng.random() < 0.4 else command
            if _ENDS_SESSIONS.search(spoiled):
                last = spoiled
            else:
                parts.append(spoiled)
    if rng.random() < 0.01:
        last = b"QUIT\r\n"
    return b"".join(parts) + (last if rng.random() < 0.25 else b"")


def awaited_octets(sent: bytes) -> int:
    """At most so many octets may still be taken for a chunk."""
    return sum(int(digits[:20]) for digits in _CHUNKS.findall(sent))


def recovery(padding: int, _mark: int) -> bytes:
    """After any burst: fills chunks, ends a message and AUTH, then asks for signs of life."""
    return b"%b\r\n.\r\n*\r\n*\r\nRSET\r\nNOOP\r\nHELP\r\n" % (b"#" * padding)


def signs_of_life(_mark: int) -> re.Pattern[bytes]:
    """RSET and NOOP are positive, and then HELP is answered: by 214, which nothing else in a burst is answered by."""
    return _ALIVE


def is_farewell(tail: bytes) -> bool:
    """Whether the server may close after these last octets: it has said why (221, 421 and other refusals)."""
    return re.search(rb"(?:^|\n)(?:221|[45][0-9][0-9]) [^\r\n]*\r\n\Z", tail) is not None


def answered(received: bytes) -> int:
    """How many commands these octets answer."""
    return len(_ANSWERED.findall(received))

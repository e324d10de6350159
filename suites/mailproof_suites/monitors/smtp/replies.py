"""Rules about the form of replies and their place in the dialogue (RFC 5321 sections 4.2, 4.3 and 4.5.3)."""

from __future__ import annotations

import base64
import binascii
import re

from mailproof_suites.clients.smtp.reply import Reply
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict
from mailproof_suites.monitors.smtp.codes import ENHANCED, EVERYWHERE, KNOWN_CODES, LEGAL
from mailproof_suites.monitors.smtp.session import GREETING, SmtpSession

TABLE: RuleTable[SmtpSession, Reply] = RuleTable()

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[^\]\s]+\])(?: |\Z)")


@TABLE.on("any", ids=("RFC5321:4.2-51",))
def a_reply_is_grammatical(session: SmtpSession, reply: Reply) -> Finding:
    """What the parser found is reported by itself; this counts the replies that are right."""
    return None if reply.violations else HELD


@TABLE.on("any", ids=("RFC5321:4.2-52",))
def a_reply_answers_a_command(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.2: "Every command MUST generate exactly one reply"; 421 may come at any time."""
    if session.uncertain or reply.code == 421:
        return None
    return verdict(bool(session.waiting), "a reply only to a command", f"{reply.line} to nothing")


@TABLE.on("any", ids=("RFC5321:4.2-53",))
def a_reply_code_is_a_known_one(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.2: "SHOULD send only the reply codes listed in this document" (or in an extension's)."""
    return verdict(reply.code in KNOWN_CODES, "a code that RFC 5321 or an extension defines", reply.code)


@TABLE.on("any", ids=("RFC5321:4.2-54",))
def a_reply_has_text(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.2: "senders SHOULD NOT send bare codes"."""
    return verdict(bool(reply.lines[-1].strip()) or reply.code == 334, "text behind the code", reply.line)


@TABLE.on("any", ids=("RFC5321:4.2.1-51",))
def all_lines_have_one_code(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.2.1: "In a multiline reply, the reply code on each of the lines MUST be the same"."""
    if len(reply.lines) == 1:
        return None
    codes = {line[:3] for line in reply.raw.splitlines()}
    return verdict(len(codes) == 1, "one code on all lines", b" ".join(sorted(codes)).decode("latin-1"))


@TABLE.on("any", ids=("RFC5321:4.5.3.1.5-51",))
def a_line_has_at_most_512_octets(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.5.3.1.5: "including the reply code and the <CRLF> is 512 octets"."""
    longest = max(len(line) for line in reply.raw.split(b"\r\n")) + 2
    return verdict(longest <= 512, "lines of at most 512 octets", f"{longest} octets")


@TABLE.on(GREETING, ids=("RFC5321:4.3.1-51",))
def the_greeting_names_the_server(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.3.1: greetings have the server's name "as the first word following the reply code"."""
    if reply.code != 220:
        return None
    first = reply.lines[0].decode("latin-1")
    return verdict(bool(_DOMAIN.match(first)), "220, then a domain name or an address literal", reply.line)


@TABLE.on("any", ids=("RFC5321:4.3.2-51",))
def a_code_is_one_for_its_command(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.3.2 lists the replies of each command: "These SHOULD be strictly adhered to"."""
    answers = session.answered()
    legal = LEGAL.get(answers or "")
    if legal is None:
        return None
    shown = " ".join(map(str, sorted(legal)))
    return verdict(reply.code in legal | EVERYWHERE, f"one of {shown} to {answers}", reply.line)


@TABLE.on("QUIT", ids=("RFC5321:4.1.1.10-51",))
def quit_is_answered_with_221(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 4.1.1.10: the receiver "MUST send a "221 OK" reply" (which 421 may overtake)."""
    if reply.code in (421, 501):
        return None
    return verdict(reply.code == 221, "221 to QUIT", reply.line)


@TABLE.on("AUTH", ids=("RFC4954:4-51",))
def a_challenge_is_base64(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 4954 section 4: a challenge is "a 334 reply with the text part containing the [BASE64] encoded string"."""
    if reply.code != 334:
        return None
    try:
        base64.b64decode(reply.lines[-1].strip(), validate=True)
    except binascii.Error:
        return Broken("334 and base64", reply.line)
    return verdict(len(reply.lines) == 1, "a challenge of one line", f"{len(reply.lines)} lines")


@TABLE.on("any", ids=("RFC4954:6-51",))
def a_reply_about_sign_in_has_its_enhanced_code(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 4954 section 6: servers "SHOULD use the enhanced codes suggested here"."""
    wanted = ENHANCED.get(reply.code)
    if wanted is None or reply.enhanced is None or (reply.code != 530 and session.answered() != "AUTH"):
        return None
    return verdict(reply.enhanced in wanted, f"{' or '.join(sorted(wanted))} beside {reply.code}", reply.line)


@TABLE.on("any", ids=("RFC6409:7-51",))
def the_code_521_is_not_used(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 6409 section 7, table 1: the 521 reply code MUST NOT be used on a submission port."""
    return verdict(reply.code != 521, "any other code", reply.line)

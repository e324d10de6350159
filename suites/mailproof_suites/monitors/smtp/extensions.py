"""Rules about EHLO and the extensions it offers: keywords, STARTTLS, SIZE, AUTH, enhanced status codes."""

from __future__ import annotations

import re

from mailproof_suites.clients.smtp.reply import Reply
from mailproof_suites.monitors.rule import Finding, RuleTable, verdict
from mailproof_suites.monitors.smtp.codes import REGISTERED
from mailproof_suites.monitors.smtp.session import GREETING, SmtpSession

TABLE: RuleTable[SmtpSession, Reply] = RuleTable()

_KEYWORD_LINE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9-]*(?: [\x21-\x7e]+)*")
_WITHOUT_PARAMETERS = ("8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING", "ENHANCEDSTATUSCODES", "DSN", "BINARYMIME")
_ENHANCED = re.compile(r"[245]\.(?:0|[1-9][0-9]{0,2})\.(?:0|[1-9][0-9]{0,2})")
_EXEMPT = {GREETING, "EHLO", "HELO"}


@TABLE.on("EHLO", ids=("RFC5321:4.1.1.1-51",))
def an_ehlo_line_is_keyword_and_parameters(session: SmtpSession, reply: Reply) -> Finding:
    """ehlo-line = ehlo-keyword *( SP ehlo-param ); the first line holds the server's domain instead."""
    if reply.code != 250:
        return None
    wrong = [line for line in reply.lines[1:] if not _KEYWORD_LINE.fullmatch(line)]
    return verdict(not wrong, "keyword *(SP parameter) on each line", b" / ".join(wrong).decode("latin-1"))


@TABLE.on("EHLO", ids=("RFC5321:4.1.1.1-52",))
def an_ehlo_reply_names_the_server(session: SmtpSession, reply: Reply) -> Finding:
    """ehlo-ok-rsp begins with Domain [ SP ehlo-greet ]."""
    if reply.code != 250:
        return None
    right = bool(re.match(rb"[A-Za-z0-9\[][^ ]*(?: |\Z)", reply.lines[0]))
    return verdict(right, "the server's domain first", reply.lines[0].decode("latin-1"))


@TABLE.on("EHLO", ids=("RFC5321:4.1.1.1-53",))
def a_keyword_is_listed_once(session: SmtpSession, reply: Reply) -> Finding:
    """One extension, one keyword, one line."""
    if reply.code != 250:
        return None
    keywords = [line.split(b" ")[0].upper() for line in reply.lines[1:]]
    shown = b" ".join(keywords).decode("latin-1")
    return verdict(len(set(keywords)) == len(keywords), "each keyword once", shown)


@TABLE.on("EHLO", ids=("RFC5321:2.2.2-51",))
def a_keyword_is_registered(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 5321 section 2.2.2: a server "MUST NOT offer non-"X"-prefixed keyword values that are not described in a
    registered extension"."""
    if reply.code != 250:
        return None
    names = {line.split(b" ")[0].upper().decode("latin-1") for line in reply.lines[1:]}
    strange = sorted(name for name in names - REGISTERED if not name.startswith("X"))
    return verdict(not strange, "registered keywords, or private ones that begin with X", " ".join(strange))


@TABLE.on("EHLO", ids=("RFC6531:3.7.1-51",))
def the_name_of_the_server_is_ascii(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 6531 section 3.7.1: domain names in the EHLO response "MUST be in the form of LDH labels or A-labels"."""
    if _parameters(reply, b"SMTPUTF8") is None:
        return None
    return verdict(reply.lines[0].isascii(), "a domain in ASCII", reply.lines[0].decode("utf-8", "replace"))


@TABLE.on("EHLO", ids=("RFC3207:4.2-51",))
def starttls_is_not_offered_inside_tls(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 3207 section 4.2: "MUST NOT return the STARTTLS extension in response to an EHLO command received after a
    TLS handshake has completed"; on a port of implicit TLS that is always so."""
    if reply.code != 250:
        return None
    offered = any(line.split(b" ")[0].upper() == b"STARTTLS" for line in reply.lines[1:])
    return verdict(not offered, "no STARTTLS inside TLS", "STARTTLS")


@TABLE.on("EHLO", ids=("RFC1870:3-51",))
def the_size_limit_is_a_number(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 1870 section 3: size-param ::= [1*DIGIT]."""
    size = _parameters(reply, b"SIZE")
    if size is None:
        return None
    return verdict(bool(re.fullmatch(rb"[0-9]{0,20}", size)), "SIZE and at most one number", size.decode("latin-1"))


@TABLE.on("EHLO", ids=("RFC4954:3-51",))
def auth_lists_mechanisms(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 4954 section 3: the parameters of AUTH are "a space-separated list of … SASL mechanisms"."""
    mechanisms = _parameters(reply, b"AUTH")
    if mechanisms is None:
        return None
    right = bool(re.fullmatch(rb"[A-Z0-9_-]{1,20}(?: [A-Z0-9_-]{1,20})*", mechanisms))
    return verdict(right, "SASL mechanism names, separated by single spaces", mechanisms.decode("latin-1"))


@TABLE.on("EHLO", ids=("RFC5321:4.1.1.1-54",))
def an_extension_without_parameters_has_none(session: SmtpSession, reply: Reply) -> Finding:
    """The RFCs of these extensions say "no parameter is used with this EHLO keyword value"."""
    wrong = [name for name in _WITHOUT_PARAMETERS if _parameters(reply, name.encode())]
    seen = any(_parameters(reply, name.encode()) is not None for name in _WITHOUT_PARAMETERS)
    return verdict(not wrong, "no parameters", ", ".join(wrong)) if seen else None


@TABLE.on("EHLO", ids=("RFC5321:4.1.1.1-55",))
def the_same_extensions_after_auth(session: SmtpSession, reply: Reply) -> Finding:
    """AUTH without a security layer changes no other extension, so what EHLO offered before still holds; AUTH itself
    may go, because RFC 4954 section 4 forbids a second one."""
    if not session.authenticated or not session.extensions or reply.code != 250:
        return None
    before = session.extensions.keys() - {"AUTH"}
    now = {line.split(b" ")[0].decode("latin-1").upper() for line in reply.lines[1:]} - {"AUTH"}
    return verdict(before <= now, "what was offered before AUTH", f"without {', '.join(sorted(before - now))}")


@TABLE.on("any", ids=("RFC2034:4-51",))
def a_reply_has_an_enhanced_code(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 2034 section 4: "must appear in all 2xx, 4xx, and 5xx response lines other than initial greeting and any
    response to HELO or EHLO"."""
    if not _enhanced_wanted(session, reply):
        return None
    return verdict(None not in reply.enhanced_codes(), "an enhanced status code on each line", reply.line)


@TABLE.on("any", ids=("RFC2034:4-52",))
def an_enhanced_code_agrees_with_the_reply(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 2034 section 4: "a 2xx response must incorporate a 2.X.X code", and so on."""
    if not _enhanced_wanted(session, reply) or reply.enhanced is None:
        return None
    return verdict(reply.enhanced[0] == str(reply.code)[0], f"{str(reply.code)[0]}.x.x beside {reply.code}", reply.line)


@TABLE.on("any", ids=("RFC2034:4-53",))
def all_lines_have_one_enhanced_code(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 2034 section 4: "the same status code must appear at the beginning of the text in each line"."""
    if not _enhanced_wanted(session, reply) or len(reply.lines) == 1:
        return None
    found = {code or "none" for code in reply.enhanced_codes()}
    return verdict(len(found) == 1, "the same enhanced code on each line", " ".join(sorted(found)))


@TABLE.on("any", ids=("RFC3463:2-51",))
def an_enhanced_code_fits_its_grammar(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 3463 section 2: class "." subject "." detail, the class 2, 4 or 5, no leading zeros."""
    if reply.enhanced is None or session.answered() in _EXEMPT:
        return None
    return verdict(bool(_ENHANCED.fullmatch(reply.enhanced)), "numbers without leading zeros", reply.enhanced)


@TABLE.on("any", ids=("RFC6531:3.7.4.2-51",))
def a_reply_is_ascii(session: SmtpSession, reply: Reply) -> Finding:
    """RFC 6531 section 3.7.4: servers "MUST NOT include non-ASCII characters in replies" but to VRFY and EXPN, and
    in 251 and 551, of clients that have asked for it."""
    if session.answered() in {"VRFY", "EXPN", None} or reply.code in {251, 551} or not session.offers("SMTPUTF8"):
        return None
    return verdict(reply.raw.isascii(), "ASCII", reply.raw.decode("utf-8", "replace"))


def _enhanced_wanted(session: SmtpSession, reply: Reply) -> bool:
    answers = session.answered()
    if answers in _EXEMPT or session.uncertain or not session.offers("ENHANCEDSTATUSCODES"):
        return False
    return reply.code // 100 in (2, 4, 5)


def _parameters(reply: Reply, keyword: bytes) -> bytes | None:
    """The parameters of ``keyword`` in an EHLO reply, None when it is not listed."""
    if reply.code != 250:
        return None
    for line in reply.lines[1:]:
        name, _, parameters = line.partition(b" ")
        if name.upper() == keyword:
            return parameters
    return None

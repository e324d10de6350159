"""Rules about every answer, whatever its dialect: HTTP's own fields, and no secrets."""

from __future__ import annotations

from mailproof_suites.clients.autodiscover import Answer, local_name
from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.monitors.rule import Finding, RuleTable, verdict

TABLE: RuleTable[str, Answer] = RuleTable()
XML_TYPES = {"text/xml", "application/xml"}


@TABLE.on("any", ids=("AUTODISCOVER:HTTP-52",))
def a_401_has_a_challenge(dialect: str, answer: Answer) -> Finding:
    """RFC 9110 section 11.6.1: a 401 "MUST send a WWW-Authenticate header field containing at least one challenge"."""
    if answer.status != 401:
        return None
    return verdict(bool(answer.response.all("WWW-Authenticate")), "WWW-Authenticate", "401 without it")


@TABLE.on("any", ids=("AUTODISCOVER:HTTP-53",))
def no_answer_quotes_the_password(dialect: str, answer: Answer) -> Finding:
    """What a client sent to sign in stands in no answer."""
    sent = dict(answer.response.request.headers).get("Authorization", "").partition(" ")[2]
    if not sent:
        return None
    return verdict(sent.encode() not in answer.response.body, "an answer without credentials", "the credentials")


@TABLE.on("any", ids=("AUTODISCOVER:HTTP-54",))
def an_error_shows_no_program(dialect: str, answer: Answer) -> Finding:
    """Whatever goes wrong inside is nobody's business outside."""
    if answer.status < 400:
        return None
    marks = [mark for mark in (b"Traceback", b"Exception in", b"   at System.") if mark in answer.response.body]
    return verdict(not marks, "no traces of a program", b" ".join(marks).decode())


@TABLE.on("pox", "soap", "autoconfig", ids=("AUTODISCOVER:XML-52",))
def xml_is_sent_as_xml(dialect: str, answer: Answer) -> Finding:
    """Thunderbird and Outlook look at the media type."""
    return verdict(answer.response.media_type in XML_TYPES, " or ".join(XML_TYPES), answer.response.media_type)


@TABLE.on("pox", "soap", "autoconfig", ids=("AUTODISCOVER:XML-53",))
def a_url_is_one_https_line(dialect: str, answer: Answer) -> Finding:
    """DavMail reads `<EwsUrl>` and `</EwsUrl>` from one line of text; no settings lead out of TLS."""
    wrong = []
    for each in answer.root.iter():
        name, value = local_name(each), each.text or ""
        is_url = name.endswith(("Url", "URL")) or (name == "Value" and value.startswith("http"))
        if is_url and value and (value != value.strip() or "\n" in value or not value.startswith("https://")):
            wrong.append(f"{name} {value!r}")
    return verdict(not wrong, "https URLs without white space", "; ".join(wrong))


@TABLE.on("json", ids=("AUTODISCOVER:JSON-51",))
def json_holds_a_protocol_and_its_url(dialect: str, answer: Answer) -> Finding:
    """`{"Protocol": …, "Url": "https://…"}`, sent as JSON."""
    try:
        told = answer.json
    except GrammarViolation as problem:
        return verdict(False, "JSON", problem)
    right = (
        answer.response.media_type == "application/json"
        and isinstance(told, dict)
        and isinstance(told.get("Protocol"), str)
        and str(told.get("Url", "")).startswith("https://")
    )
    return verdict(right, '{"Protocol": text, "Url": https URL} as application/json', told)


_SOCKETS = {"plain", "SSL", "STARTTLS"}
_WAYS = {
    *("password-cleartext", "password-encrypted", "NTLM", "GSSAPI", "client-IP-address", "TLS-client-cert"),
    *("OAuth2", "none", "basic", "http-basic"),
}


@TABLE.on("autoconfig", ids=("AUTODISCOVER:AUTOCONFIG-51",))
def a_client_config_is_complete(dialect: str, answer: Answer) -> Finding:
    """clientConfig version 1.1 with one emailProvider that has an id, a domain, and a server for each direction."""
    root = answer.root
    names = [local_name(each) for provider in answer.elements("emailProvider") for each in provider]
    provider = next(iter(answer.elements("emailProvider")), None)
    right = (
        (local_name(root), root.get("version")) == ("clientConfig", "1.1")
        and provider is not None
        and bool(provider.get("id"))
        and {"domain", "incomingServer", "outgoingServer"} <= set(names)
    )
    return verdict(right, "clientConfig 1.1 with emailProvider@id, domain and both servers", sorted(set(names)))


@TABLE.on("autoconfig", ids=("AUTODISCOVER:AUTOCONFIG-52",))
def a_mail_server_can_be_connected_to(dialect: str, answer: Answer) -> Finding:
    """hostname, port, a known socketType and authentication, a username."""
    wrong = []
    for each in [*answer.elements("incomingServer"), *answer.elements("outgoingServer")]:
        if each.get("type") not in ("imap", "pop3", "smtp"):
            continue
        parts = {local_name(part): (part.text or "").strip() for part in each}
        if not (
            parts.get("hostname")
            and parts.get("port", "").isdigit()
            and 0 < int(parts["port"]) < 65536
            and parts.get("socketType") in _SOCKETS
            and parts.get("authentication") in _WAYS
            and (parts.get("username") or each.get("type") == "smtp")
        ):
            wrong.append(f"{each.get('type')}: {parts}")
    return verdict(not wrong, "hostname, port, socketType, authentication, username", "; ".join(wrong))

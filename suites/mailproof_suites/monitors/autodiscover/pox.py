"""Rules about POX: namespaces, required elements, errors (MS-OXDSCLI 2.2.4, MS-ASCMD 2.2.1.1)."""

from __future__ import annotations

import re

from mailproof_suites.clients.autodiscover import MOBILE, OUTLOOK, ROOT, Answer, local_name, namespace_of
from mailproof_suites.monitors.rule import Finding, RuleTable, verdict

TABLE: RuleTable[str, Answer] = RuleTable()
_TIME = re.compile(r"[0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?")
_CODES = {"500", "501", "600", "601", "602", "603"}
_URLS = ("EwsUrl", "ASUrl", "OOFUrl", "EmwsUrl", "OABUrl", "EcpUrl")


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1-51",))
def the_root_is_autodiscover(dialect: str, answer: Answer) -> Finding:
    """Autodiscover in the namespace of responses, with one Response."""
    root = answer.root
    right = (namespace_of(root), local_name(root)) == (ROOT, "Autodiscover") and [
        local_name(each) for each in root
    ] == ["Response"]
    return verdict(right, f"{{{ROOT}}}Autodiscover with one Response", root.tag)


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1.1-51",))
def the_response_is_in_the_schema_of_its_content(dialect: str, answer: Answer) -> Finding:
    """Account belongs to outlook's, Action to mobilesync's, and all that is in a Response to the same namespace."""
    for response in answer.elements("Response"):
        children = {local_name(each) for each in response}
        wanted = {OUTLOOK} if "Account" in children else {MOBILE} if "Action" in children else {ROOT, MOBILE}
        # An Error of the framework is in the root's namespace; published examples have it in mobilesync's as well.
        found = {namespace_of(each) for each in response.iter()}
        if not found <= wanted:
            return verdict(False, " or ".join(sorted(wanted)), " ".join(sorted(found)))
    return verdict(True, "", "")


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1.2-51",))
def an_error_has_its_parts(dialect: str, answer: Answer) -> Finding:
    """Error: Time, Id, a known ErrorCode, Message, DebugData."""
    errors = [each for each in answer.elements("Error") if each.get("Time") is not None or answer.text("ErrorCode")]
    if not errors:
        return None
    [error] = errors[:1]
    right = (
        _TIME.fullmatch(error.get("Time", "")) is not None
        and error.get("Id", "").isdigit()
        and answer.text("ErrorCode") in _CODES
        and bool(answer.text("Message").strip())
        and bool(answer.elements("DebugData"))
    )
    return verdict(
        right, "Time, Id, ErrorCode, Message and DebugData", f"{dict(error.attrib)} {answer.text('ErrorCode')}"
    )


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1.3-51",))
def an_outlook_account_is_whole(dialect: str, answer: Answer) -> Finding:
    """One Account with AccountType email and an Action of the three; settings name the user and protocols."""
    accounts = answer.elements("Account")
    if not accounts:
        return None
    action = answer.text("Account", "Action")
    wanted = {
        "settings": bool(answer.elements("Account", "Protocol"))
        and bool(answer.text("User", "AutoDiscoverSMTPAddress")),
        "redirectAddr": bool(answer.text("Account", "RedirectAddr")),
        "redirectUrl": bool(answer.text("Account", "RedirectUrl")),
    }
    is_email = action != "settings" or answer.text("Account", "AccountType") == "email"
    return verdict(
        len(accounts) == 1 and wanted.get(action, False) and is_email,
        "one Account: AccountType, Action, and what the action needs",
        f"{len(accounts)} Account, Action {action!r}",
    )


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1.4-51",))
def a_protocol_has_a_type_and_what_it_needs(dialect: str, answer: Answer) -> Finding:
    """Type once in each block; a mail protocol with Server and Port, one of Exchange with a URL or a Server."""
    wrong = []
    for block in answer.elements("Account", "Protocol"):
        kind = block.get("Type") or next((each.text for each in block if local_name(each) == "Type"), None)
        parts = {local_name(each): (each.text or "").strip() for each in block}
        if kind in ("IMAP", "SMTP", "POP3"):
            right = bool(parts.get("Server")) and parts.get("Port", "").isdigit()
        elif kind in ("EXCH", "EXPR", "EXHTTP"):
            right = bool(parts.get("Server")) or any(parts.get(name) for name in _URLS)
        else:
            right = bool(kind)
        if not right:
            wrong.append(f"{kind}: {parts}")
    return (
        verdict(not wrong, "Type, and Server and Port or URLs", "; ".join(wrong))
        if answer.elements("Account")
        else None
    )


@TABLE.on("pox", ids=("MS-OXDSCLI:2.2.4.1.1.5-51",))
def a_mobile_answer_is_whole(dialect: str, answer: Answer) -> Finding:
    """Culture, User with EMailAddress, and an Action of Settings, Redirect or Error with what they need."""
    if not any(namespace_of(each) == MOBILE for each in answer.elements("Response", "Action")):
        return None
    settings, error = answer.elements("Action", "Settings"), answer.elements("Action", "Error")
    servers = answer.elements("Settings", "Server")
    right = len(answer.elements("Response", "Action")[0]) == 1 and (
        (bool(settings) and bool(servers) and all(_is_server(each) for each in servers))
        or bool(answer.text("Action", "Redirect"))
        or (bool(error) and answer.text("Error", "Status").isdigit())
    )
    named = bool(answer.text("Response", "Culture")) and bool(answer.text("User", "EMailAddress"))
    return verdict(right and named, "Culture, User/EMailAddress, and one Action", answer.response.body[:300])


def _is_server(server: object) -> bool:
    parts = {local_name(each): (each.text or "").strip() for each in server}  # type: ignore[attr-defined]
    return parts.get("Type") in ("MobileSync", "CertEnroll") and bool(parts.get("Url"))

"""Rules about autodiscover.svc: envelope, version, error codes, types of values (MS-OXWSADISC 2.2 and 3.1.4)."""

from __future__ import annotations

from mailproof_suites.clients.autodiscover import AUTODISCOVER, SOAP, Answer, local_name, namespace_of
from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.monitors.rule import Finding, RuleTable, verdict

TABLE: RuleTable[str, Answer] = RuleTable()
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CODES = {
    *("NoError", "RedirectAddress", "RedirectUrl", "InvalidUser", "InvalidRequest", "InvalidSetting"),
    *("SettingIsNotAvailable", "ServerBusy", "InvalidDomain", "NotFederated", "InternalServerError"),
}
_VALUES = {
    "StringSetting": "Value",
    "DomainStringSetting": "Value",
    "WebClientUrlCollectionSetting": "WebClientUrls",
    "ProtocolConnectionCollectionSetting": "ProtocolConnections",
    "AlternateMailboxCollectionSetting": "AlternateMailboxes",
    "DocumentSharingLocationCollectionSetting": "DocumentSharingLocations",
}


@TABLE.on("soap", ids=("MS-OXWSADISC:2.2-51",))
def the_message_is_in_an_envelope(dialect: str, answer: Answer) -> Finding:
    """SOAP 1.1, one response message of this namespace in the Body."""
    messages = answer.elements("Body")[0] if answer.elements("Body") else ()
    right = answer.root.tag == f"{{{SOAP}}}Envelope" and [
        (namespace_of(each), local_name(each).endswith("ResponseMessage")) for each in messages
    ] == [(AUTODISCOVER, True)]
    return verdict(right, f"an Envelope with a ResponseMessage of {AUTODISCOVER}", answer.root.tag)


@TABLE.on("soap", ids=("MS-OXWSADISC:2.2.2-51",))
def the_server_tells_its_version(dialect: str, answer: Answer) -> Finding:
    """ServerVersionInfo in the header of every response: MajorVersion, MinorVersion and builds are numbers."""
    parts = {
        local_name(each): each.text or "" for each in next(iter(answer.elements("Header", "ServerVersionInfo")), ())
    }
    numbers = ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")
    return verdict(all(parts.get(name, "").isdigit() for name in numbers), "ServerVersionInfo with numbers", parts)


@TABLE.on("soap", ids=("MS-OXWSADISC:2.2.4-51",))
def every_error_code_is_a_known_one(dialect: str, answer: Answer) -> Finding:
    """At each level: response, user or domain, setting."""
    strange = sorted(set(answer.texts("ErrorCode")) - _CODES)
    return verdict(bool(answer.texts("ErrorCode")) and not strange, "known ErrorCodes", strange or "none")


@TABLE.on("soap", ids=("MS-OXWSADISC:2.2.4-52",))
def a_setting_has_the_value_of_its_type(dialect: str, answer: Answer) -> Finding:
    """xsi:type says which element holds the value."""
    wrong = []
    for each in [*answer.elements("UserSetting"), *answer.elements("DomainSetting")]:
        kind = each.get(_XSI, "").rpartition(":")[2]
        names = [local_name(part) for part in each]
        if kind not in _VALUES or "Name" not in names or _VALUES[kind] not in names:
            wrong.append(f"{kind}: {names}")
    found = answer.elements("UserSetting") or answer.elements("DomainSetting")
    return verdict(not wrong, "Name and the element of the type", "; ".join(wrong)) if found else None


@TABLE.on("soap", ids=("MS-OXWSADISC:2.2.4-53",))
def each_setting_is_answered_once(dialect: str, answer: Answer) -> Finding:
    """As a value or as an error, not as both, for each user."""
    for response in [*answer.elements("UserResponse"), *answer.elements("DomainResponse")]:
        names = [each.text for each in response.iter() if local_name(each) in ("Name", "SettingName")]
        if len(names) != len(set(names)):
            return verdict(False, "each setting once", names)
    return verdict(True, "", "") if answer.elements("Response") else None


@TABLE.on("fault", ids=("MS-OXWSADISC:2.2-52",))
def a_500_is_a_fault(dialect: str, answer: Answer) -> Finding:
    """SOAP 1.1 section 6.2: "the SOAP HTTP server MUST issue an HTTP 500 […] and include a SOAP message"."""
    try:
        right = bool(answer.text("Fault", "faultcode")) and bool(answer.elements("Fault", "faultstring"))
    except GrammarViolation as problem:
        return verdict(False, "a SOAP fault", problem)
    return verdict(right, "Fault with faultcode and faultstring", answer.response.body[:200])

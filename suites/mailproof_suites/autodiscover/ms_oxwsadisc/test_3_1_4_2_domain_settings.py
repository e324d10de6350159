"""GetDomainSettings (MS-OXWSADISC 3.1.4.2)."""

from __future__ import annotations

from mailproof_suites.case import Target, expect, needs, requirement
from mailproof_suites.clients.autodiscover import AutodiscoverClient

pytestmark = needs("endpoint:autodiscover")


@requirement("MS-OXWSADISC:3.1.4.2-1", "NET-05")
@needs("endpoint:ews")
def test_a_domain_has_its_ews(autodiscover: AutodiscoverClient, domain: str, target: Target) -> None:
    """ExternalEwsUrl of the domain: the one that the profile names."""
    answer = autodiscover.domain_settings([domain], ["ExternalEwsUrl"])
    expect.equal(answer.text("DomainResponse", "ErrorCode"), "NoError", "ErrorCode of the domain")
    expect.equal(answer.settings().get("ExternalEwsUrl"), target.https.ews, "ExternalEwsUrl")


@requirement("MS-OXWSADISC:3.1.4.2-2")
def test_each_domain_is_answered_in_turn(autodiscover: AutodiscoverClient, domain: str) -> None:
    """InvalidDomain for one that is not ours; the other has its settings."""
    answer = autodiscover.domain_settings(["nowhere.invalid", domain], ["ExternalEwsUrl"])
    codes = answer.texts("DomainResponse", "ErrorCode")
    expect.equal(codes, ["InvalidDomain", "NoError"], "ErrorCodes of the domains")


@requirement("MS-OXWSADISC:3.1.4.2-2")
def test_letter_case_of_a_domain_is_nothing(autodiscover: AutodiscoverClient, domain: str) -> None:
    """DNS names have no letter case."""
    answer = autodiscover.domain_settings([domain.upper()], ["ExternalEwsUrl"])
    expect.equal(answer.text("DomainResponse", "ErrorCode"), "NoError", "ErrorCode of the domain")


@requirement("MS-OXWSADISC:3.1.4.2-3")
def test_a_setting_of_no_domain_is_told_by_itself(autodiscover: AutodiscoverClient, domain: str) -> None:
    """One that is none, and one that only users have, beside one that has a value."""
    answer = autodiscover.domain_settings([domain], ["NoSuchSetting", "UserDisplayName", "ExternalEwsUrl"])
    expect.equal(answer.text("DomainResponse", "ErrorCode"), "NoError", "ErrorCode of the domain")
    errors = answer.setting_errors()
    expect.equal(errors.get("NoSuchSetting"), "InvalidSetting", "the error of NoSuchSetting")
    expect.one_of(errors.get("UserDisplayName", ""), {"SettingIsNotAvailable", "InvalidSetting"}, "UserDisplayName")

"""Whom rules send to: users, groups, resources and outside addresses; never a personal distribution list (RULE-04)."""

from collections.abc import Mapping, Sequence

from mailproof_server.model.errors import Invalid, NotFound, Refusal, TooMany
from mailproof_server.services.addresses import parse
from mailproof_server.services.resolution import resolve
from mailproof_server.services.rules.action import Effects, Setting
from mailproof_server.services.rules.message import is_address_of

_PERSONAL = "is not sent to personal distribution lists: name the members, or a group of the organisation"


def settle(name: str, value: object, setting: Setting) -> list[str]:
    """Addresses, each once, in lower case. Raises Invalid, NotFound, TooMany."""
    given = [value] if isinstance(value, str | Mapping) else value
    if not isinstance(given, Sequence) or not given:
        raise Invalid(f"{name} is a list of addresses")
    found: dict[str, None] = {}
    for each in given:
        wanted = parse(_address(name, each))
        if not wanted.domain:
            raise Invalid(f"{name}: {wanted} is no mail address; it {_PERSONAL}")
        address = str(wanted)
        if is_address_of(setting.owner, address):
            raise Invalid(f"{name}: {address} is the owner's own address")
        try:
            resolve(setting.view, address, setting.limits)
        except NotFound as refusal:
            raise NotFound(f"{name}: {refusal.text}") from refusal
        found[address] = None
    if len(found) > setting.limits.rule_recipients:
        raise TooMany(f"{name}: a rule sends to at most {setting.limits.rule_recipients} addresses")
    return list(found)


def _address(name: str, given: object) -> str:
    """Of a text or of an EWS mailbox `{"EmailAddress": …}`. Raises Invalid."""
    if isinstance(given, Mapping):
        if given.get("MailboxType") in ("PrivateDL", "Contact"):
            raise Invalid(f"{name} {_PERSONAL}")
        given = given.get("EmailAddress")
    if not isinstance(given, str) or not given:
        raise Invalid(f"{name} is a list of addresses")
    return given


def reachable(name: str, value: object, effects: Effects) -> tuple[list[str], int]:
    """The addresses that can be sent to now, and how many of them are outside; the others are told of."""
    found: list[str] = []
    outside = 0
    for each in value if isinstance(value, Sequence) else ():
        try:
            resolution = resolve(effects.view, each, effects.limits)
        except Refusal as refusal:
            effects.fail(f"{name}: {refusal.text}")
            continue
        found.append(each)
        outside += resolution.is_external
    already = sum(len(letter.recipients) for _, letter in effects.letters)
    most = effects.limits.rule_recipients_per_message
    if already + len(found) > most:
        effects.fail(f"{name}: rules send one message to at most {most} addresses")
        return [], 0
    return found, outside

"""Rules and automatic replies, said in Sieve (RFC 5228 and its extensions); what cannot be said raises Unsayable.

conditions   address, header, body (5173), size, date (5260), mime (5703), relational (5231), subaddress (5233)
actions      fileinto, copy (3894), discard, redirect, imap4flags (5232), stop
replies      vacation (5230)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailproof_suites.clients.sieve import quoted
from mailproof_suites.workmail.settings import Reply, Rule


class Unsayable(Exception):  # noqa: N818 -- said in sentences
    """Sieve has no words for it; the text names what a user would miss."""


def script_of(rules: Sequence[Rule], reply: Reply, me: str, trash: str, handle: str) -> str:
    """A whole script; `handle` tells one time of absence from the next (RFC 5230 section 4.7)."""
    parts = [_vacation(reply, handle), *(_rule(rule, me, trash) for rule in rules if rule.get("enabled", True))]
    body = "\n".join(part for part in parts if part)
    wanted = [name for name, word in _EXTENSIONS.items() if any(each in body for each in word)]
    return f"require {_list(wanted)};\n{body}\n" if wanted else f"{body}\n"


_EXTENSIONS = {
    "fileinto": ("fileinto ",),
    "copy": (":copy",),
    "body": ("body :text",),
    "imap4flags": ("addflag ",),
    "vacation": ("vacation ",),
    "date": ("currentdate ",),
    "relational": (":value ", ":count "),
    "comparator-i;ascii-numeric": ("i;ascii-numeric",),
    "subaddress": (":user ",),
    "mime": (":mime",),
}


def _rule(rule: Rule, me: str, trash: str) -> str:
    tests = [_test(name, value, me) for name, value in rule.get("conditions", {}).items()]
    tests += [f"not {_test(name, value, me)}" for name, value in rule.get("exceptions", {}).items()]
    acts = [_ACTIONS[name](value, trash) for name, value in _ordered(rule["actions"])]
    joined = "true" if not tests else f"allof({', '.join(tests)})"
    return f"if {joined} {{\n  {' '.join(acts)}\n}}"


_ORDER = ("MarkAsRead", "AssignCategories", "RedirectToRecipients", "CopyToFolder", "MoveToFolder", "Delete")
"""Flags are set on what is filed after them."""


def _ordered(actions: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if unknown := [name for name in actions if name not in _ACTIONS]:
        raise Unsayable(f"the action {unknown[0]}")
    return sorted(actions.items(), key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER))


_ACTIONS: dict[str, Callable[[Any, str], str]] = {
    "MoveToFolder": lambda value, trash: f"fileinto {quoted(value)};",
    "CopyToFolder": lambda value, trash: f"fileinto :copy {quoted(value)};",
    "Delete": lambda value, trash: f"fileinto {quoted(trash)};",
    "PermanentDelete": lambda value, trash: "discard;",
    "RedirectToRecipients": lambda value, trash: " ".join(f"redirect :copy {quoted(each)};" for each in value),
    "MarkAsRead": lambda value, trash: f"addflag {quoted(chr(92) + 'Seen')};",
    "AssignCategories": lambda value, trash: f"addflag {_list(value)};",
    "StopProcessingRules": lambda value, trash: "stop;",
}


# -- conditions ------------------------------------------------------------------------------------------------------


def _test(name: str, value: Any, me: str) -> str:
    if name not in _CONDITIONS:
        raise Unsayable(f"the condition {name}")
    words = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    if not all(each.isascii() for each in words):
        raise Unsayable(f"{name} with letters beyond ASCII in any case")
    if any("<" in each for each in words):
        raise Unsayable(f"{name} with markup in the text")
    return _CONDITIONS[name](value, me)


def _is_to(fields: str, addresses: Sequence[str]) -> str:
    """One of the addresses, or a sub-address of it."""
    tests = [f"address :is {fields} {_list(addresses)}"]
    for each in addresses:
        local, _, domain = each.partition("@")
        if "+" not in local:
            tests.append(
                f"allof(address :user :is {fields} {quoted(local)}, address :domain :is {fields} {quoted(domain)})"
            )
    return f"anyof({', '.join(tests)})"


def _only(value: Any, me: str) -> str:
    count = 'address :count "eq" :comparator "i;ascii-numeric" ["to", "cc"] "1"'
    return f"allof({_is_to(_BOTH, [me])}, {count})"


def _size(value: Mapping[str, int], me: str) -> str:
    tests = [f"not size :under {value['MinimumSize'] * 1024}"] if "MinimumSize" in value else []
    tests += [f"not size :over {value['MaximumSize'] * 1024}"] if "MaximumSize" in value else []
    return f"allof({', '.join(tests)})"


def _dates(value: Mapping[str, str], me: str) -> str:
    names = {"StartDateTime": "ge", "EndDateTime": "le"}
    return f"allof({', '.join(_now(names[key], moment) for key, moment in value.items())})"


def _now(relation: str, moment: str) -> str:
    if not moment.endswith(("Z", "+00:00")):
        raise Unsayable("a moment with an offset")
    return f'currentdate :zone "+0000" :value "{relation}" "iso8601" {quoted(moment[:19])}'


_BOTH = '["to", "cc"]'
_IMPORTANCE = {
    "High": 'anyof(header :is "importance" "high", header :matches "x-priority" ["1*", "2*"])',
    "Low": 'anyof(header :is "importance" "low", header :matches "x-priority" ["4*", "5*"])',
}
_IMPORTANCE["Normal"] = f"not anyof({_IMPORTANCE['High']}, {_IMPORTANCE['Low']})"
_METHOD = 'header :mime :anychild :param "method" :is "content-type"'


def _typed(*words: str) -> Callable[[Any, str], str]:
    return lambda value, me: f'header :contains "content-type" {_list(words)}'


def _said(choices: Mapping[str, str], fallback: str, field: str) -> Callable[[Any, str], str]:
    def test(value: Any, me: str) -> str:
        if value == fallback:
            return f"not header :is {quoted(field)} {_list(list(choices.values()))}"
        return f"header :is {quoted(field)} {quoted(choices[value])}"

    return test


_CONDITIONS: dict[str, Callable[[Any, str], str]] = {
    "FromAddresses": lambda value, me: f'address :is "from" {_list(value)}',
    "ContainsSenderStrings": lambda value, me: f'address :contains "from" {_list(value)}',
    "SentToAddresses": lambda value, me: _is_to(_BOTH, value),
    "ContainsRecipientStrings": lambda value, me: f"address :contains {_BOTH} {_list(value)}",
    "SentToMe": lambda value, me: _is_to('"to"', [me]),
    "SentCcMe": lambda value, me: _is_to('"cc"', [me]),
    "SentToOrCcMe": lambda value, me: _is_to(_BOTH, [me]),
    "NotSentToMe": lambda value, me: f"not {_is_to(chr(34) + 'to' + chr(34), [me])}",
    "SentOnlyToMe": _only,
    "ContainsSubjectStrings": lambda value, me: f'header :contains "subject" {_list(value)}',
    "ContainsBodyStrings": lambda value, me: f"body :text :contains {_list(value)}",
    "ContainsSubjectOrBodyStrings": lambda value, me: (
        f'anyof(header :contains "subject" {_list(value)}, body :text :contains {_list(value)})'
    ),
    "Importance": lambda value, me: _IMPORTANCE[value],
    "Sensitivity": _said(
        {"Personal": "personal", "Private": "private", "Confidential": "company-confidential"}, "Normal", "sensitivity"
    ),
    "FlaggedForAction": lambda value, me: (
        'exists "x-message-flag"' if value == "Any" else f'header :is "x-message-flag" {quoted(value)}'
    ),
    "HasAttachments": lambda value, me: 'header :mime :anychild :contains "content-disposition" "attachment"',
    "WithinSizeRange": _size,
    "WithinDateRange": _dates,
    "IsMeetingRequest": lambda value, me: f'{_METHOD} "request"',
    "IsMeetingResponse": lambda value, me: f'{_METHOD} ["reply", "counter"]',
    "IsAutomaticReply": lambda value, me: (
        'allof(header :matches "auto-submitted" "auto-replied*",'
        ' not header :contains "content-type" "multipart/report")'
    ),
    "IsSigned": _typed("multipart/signed", "smime-type=signed-data"),
    "IsEncrypted": _typed("multipart/encrypted", "smime-type=enveloped-data"),
    "IsReadReceipt": _typed("report-type=disposition-notification"),
    "IsNDR": _typed("report-type=delivery-status"),
    "Categories": lambda value, me: f'header :contains "keywords" {_list(value)}',
}


# -- replies ---------------------------------------------------------------------------------------------------------


def _vacation(reply: Reply, handle: str) -> str:
    if reply.get("state", "disabled") == "disabled":
        return ""
    text = reply.get("internal_reply", "")
    if not text:
        raise Unsayable("an automatic reply to others alone")
    if reply.get("external_reply", text) != text or reply.get("external_audience", "all") != "all":
        raise Unsayable("another text, or none, for people outside")
    if text.startswith("<"):
        raise Unsayable("an automatic reply in HTML with its plain form")
    said = f"vacation :days 7 :handle {quoted(handle)} {quoted(text)};"
    if reply["state"] != "scheduled":
        return said
    return f"if allof({_now('ge', reply['start'])}, {_now('lt', reply['end'])}) {{ {said} }}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"

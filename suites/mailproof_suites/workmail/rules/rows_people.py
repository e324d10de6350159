"""Conditions about people: who wrote it, and whom To and Cc name (RULE-02, RULE-07)."""

from mailproof_suites.workmail.rules.rows import Row, false, headed, true
from mailproof_suites.workmail.stage import Mail

_NAMED = Mail(headers={"From": "Somebody <{sender}>"})
_TO_ANOTHER = Mail(to=("{other}",))
_CC = Mail(to=("{other}",), headers={"Cc": "{owner}"})
_BOTH = Mail(to=("{other}", "{owner}"))
_NOBODY = Mail(headers={"To": "undisclosed-recipients:;"})
_TAGGED = Mail(to=("{owner+tag}",))
_ALIAS = Mail(to=("{alias}",))
_NAME_ONLY = Mail(headers={"To": '"{owner}" <{other}>'})

ROWS: tuple[Row, ...] = (
    true("FromAddresses", "its author", ["{sender}"], Mail()),
    true("FromAddresses", "its author with a display name", ["{sender}"], _NAMED),
    true("FromAddresses", "the second of two addresses", ["nobody@mailproof.test", "{sender}"], Mail()),
    false("FromAddresses", "another author", ["{other}"], Mail()),
    false("FromAddresses", "somebody who only stands in Reply-To", ["{other}"], headed("Reply-To", "{other}")),
    true("ContainsSenderStrings", "a part of the author's address", ["@"], Mail()),
    true("ContainsSenderStrings", "the author's address in capitals", ["{SENDER}"], Mail()),
    false("ContainsSenderStrings", "words that stand in the subject", ["{token}"], headed("From", "Mail <{sender}>")),
    true("SentToAddresses", "an address in To", ["{other}"], _BOTH),
    true("SentToAddresses", "an address in Cc", ["{owner}"], _CC),
    true("SentToAddresses", "the own alias in To", ["{alias}"], _ALIAS),
    true("SentToAddresses", "the own sub-address in To", ["{owner+tag}"], _TAGGED),
    true("SentToAddresses", "the address of which To names a sub-address", ["{owner}"], _TAGGED),
    false("SentToAddresses", "a sub-address of which To names the address", ["{owner+tag}"], Mail()),
    false("SentToAddresses", "an address that is not named", ["{other}"], Mail()),
    false("SentToAddresses", "an address of the envelope alone", ["{owner}"], _NOBODY),
    true("ContainsRecipientStrings", "a part of an address in To", ["+tag@"], _TAGGED),
    true("ContainsRecipientStrings", "an address in Cc", ["{owner}"], _CC),
    false("ContainsRecipientStrings", "an address of the envelope alone", ["{owner}"], _NOBODY),
    true("SentToMe", "the owner in To", True, Mail()),
    true("SentToMe", "the owner's address in capitals", True, Mail(to=("{OWNER}",))),
    true("SentToMe", "the owner beside others", True, _BOTH),
    true("SentToMe", "the owner's alias", True, _ALIAS),
    true("SentToMe", "the owner's sub-address", True, _TAGGED),
    false("SentToMe", "the owner in Cc", True, _CC),
    false("SentToMe", "the owner's address as another's display name", True, _NAME_ONLY),
    false("SentToMe", "the owner in the envelope alone", True, _NOBODY),
    true("SentCcMe", "the owner in Cc", True, _CC),
    false("SentCcMe", "the owner in To", True, Mail()),
    false("SentCcMe", "the owner in the envelope alone", True, _NOBODY),
    true("SentToOrCcMe", "the owner in To", True, Mail()),
    true("SentToOrCcMe", "the owner in Cc", True, _CC),
    false("SentToOrCcMe", "others in To", True, _TO_ANOTHER),
    true("NotSentToMe", "the owner in Cc", True, _CC),
    true("NotSentToMe", "the owner in the envelope alone", True, _TO_ANOTHER),
    false("NotSentToMe", "the owner in To", True, Mail()),
    true("SentOnlyToMe", "the owner alone", True, Mail()),
    false("SentOnlyToMe", "the owner beside others in To", True, _BOTH),
    false("SentOnlyToMe", "the owner in To and others in Cc", True, headed("Cc", "{other}")),
    false("SentOnlyToMe", "the owner in the envelope alone", True, _TO_ANOTHER),
)

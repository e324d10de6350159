"""ServerReplyWithMessage: a text of the owner's goes back to the sender, where an automatic reply might.

Given as `{"Text": …, "Subject": …}`, of which the subject may be left out. It is automatic mail like any other: never
to lists, reports or other automatic mail, and with the null return path (RFC 3834), so that it can answer every
message that the rule matches without ever being answered itself.
"""

from collections.abc import Mapping

from mailproof_server.model.errors import Invalid
from mailproof_server.services.autoreply import make_answer, reason_not_to_answer
from mailproof_server.services.composing import MAX_SUBJECT
from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.condition import table

NAME = "ServerReplyWithMessage"


def _settle(value: object, setting: Setting) -> object:
    given = table(NAME, value, ("Text", "Subject"))
    if not all(isinstance(each, str) for each in given.values()) or not str(given.get("Text", "")).strip():
        raise Invalid(f"{NAME} has a Text, and a Subject if it is not to be that of the message")
    return dict(given)


def _carry_out(value: object, effects: Effects) -> None:
    arrival = effects.arrival
    if not isinstance(value, Mapping) or reason_not_to_answer(arrival):
        return
    subject = value.get("Subject") or f"Re: {arrival.message.content.subject[:MAX_SUBJECT]}"
    outside = arrival.message.return_path.rpartition("@")[2].lower() not in effects.view.domains()
    effects.send(make_answer(arrival, subject, str(value["Text"]), outside=int(outside)))


ACTION = Action(NAME, 13, _settle, _carry_out)

"""What forward, forward as attachment and redirect have in common: when they do nothing, and where it goes.

a bounce                              is never sent on (RULE-05, RULE-06): its sender's report is not another's
a message that this account's rules   is never sent on again (RULE-09): its loop field names the owner
    have sent on before
one that rules of too many accounts   goes no further
    have sent on, or with too many
    trace fields
"""

from collections.abc import Callable, Sequence

from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.actions import _recipients
from mailproof_server.services.rules.message import Arrival, is_address_of

Make = Callable[[Arrival, Sequence[str]], bytes]


def sending(name: str, order: int, make: Make, *, keeps_sender: bool = False) -> Action:
    """An action that sends the message on, in the form that `make` gives it.

    `keeps_sender`: the envelope's sender stays, except for a message that comes from outside and leaves again: no
    domain lets another one send in its name. Else it is the owner, who gets the reports of what was sent on.
    """

    def settle(value: object, setting: Setting) -> object:
        return _recipients.settle(name, value, setting)

    def carry_out(value: object, effects: Effects) -> None:
        arrival, limits = effects.arrival, effects.limits
        message, owner = arrival.message, arrival.owner
        if message.is_bounce or any(is_address_of(owner, each) for each in message.forwarders):
            effects.is_held = True
            return
        if len(message.forwarders) >= limits.rule_hops or len(message.values(b"received")) > limits.received_hops:
            effects.fail(f"{name}: the message has been sent on too often; a loop is assumed")
            return
        recipients, outside = _recipients.reachable(name, value, effects)
        if not recipients:
            return
        data = make(arrival, recipients)
        if len(data) > limits.message_bytes:
            effects.fail(f"{name}: the message would be larger than {limits.message_bytes} bytes")
            return
        sender = owner.address
        if keeps_sender and (not outside or _is_inside(message.return_path, effects)):
            sender = message.return_path
        effects.send(Letter(sender, tuple(recipients), data, outside=outside))

    return Action(name, order, settle, carry_out)


def _is_inside(address: str, effects: Effects) -> bool:
    """The null sender is at home everywhere."""
    return not address or address.rpartition("@")[2].lower() in effects.view.domains()

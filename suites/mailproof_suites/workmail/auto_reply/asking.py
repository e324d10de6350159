"""What cases about automatic replies ask: was this message answered, and how does the answer look."""

from __future__ import annotations

from mailproof_suites.case import Account, expect
from mailproof_suites.workmail.stage import Mail, Received, Stage

ORDINARY = Mail()


def from_owner(stage: Stage) -> str:
    """Search criteria for what the owner's account has written in this case."""
    return f'FROM "{stage.owner.address}"'


def answer(stage: Stage, mail: Mail = ORDINARY, sender: Account | None = None) -> Received:
    """Write to the owner and wait for the reply."""
    stage.send(mail, sender=sender)
    return stage.wait(from_owner(stage), sender or stage.sender, what="the automatic reply")


def unanswered(stage: Stage, sender: Account | None = None) -> None:
    """What was sent before is not answered: the first reply is that to the message which is sent now.

    `sender`: who has written before, when it was not the case's sender.
    """
    stage.send(Mail("control {token}", to=(stage.owner.address,)))
    got = stage.wait(from_owner(stage), stage.sender, what="the reply to the second message")
    expect.contains(got.field("Subject"), "control", "Subject of the first reply")
    silent = stage.count(f'{from_owner(stage)} SUBJECT "silent"', stage.sender)
    expect.equal(silent, 0, "replies to the first message")
    if sender is not None:
        expect.equal(stage.count(from_owner(stage), sender), 0, f"replies to {sender.address}")

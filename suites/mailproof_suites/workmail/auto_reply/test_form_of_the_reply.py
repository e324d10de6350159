"""What a reply looks like and where it goes (RFC 3834 sections 3, 4 and 5)."""

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.auto_reply.asking import answer, from_owner
from mailproof_suites.workmail.stage import Mail, Received, Stage

pytestmark = needs("role:other", "role:carol")

_ID = "<asked-{token}@mailproof.test>"


def _text(got: Received, kind: str = "plain") -> str:
    part = got.message.get_body((kind,))
    return "" if part is None else str(part.get_content())


@requirement("RFC3834:3.1.1-1")
def test_a_reply_is_from_the_owner(stage: Stage) -> None:
    """From names the owner's address."""
    stage.reply()
    expect.contains(answer(stage).field("From").lower(), stage.owner.address.lower(), "From")


@pytest.mark.parametrize("to", ["{alias}", "{owner+tag}"])
@requirement("RFC3834:3.1.1-1", "ADDR-02", "ADDR-07")
def test_a_reply_to_mail_for_another_own_address_is_from_the_owner(stage: Stage, to: str) -> None:
    """From names the owner's address, not the alias and not the sub-address."""
    stage.reply()
    expect.contains(answer(stage, Mail(to=(to,))).field("From").lower(), stage.owner.address.lower(), "From")


@requirement("RFC3834:3.1.3-1")
def test_a_reply_is_to_the_sender(stage: Stage) -> None:
    """To names whom it goes to, and nobody else."""
    stage.reply()
    expect.equal(answer(stage).field("To").strip("<>").lower(), stage.sender.address.lower(), "To")


@requirement("RFC3834:4-1")
def test_a_reply_goes_to_the_return_path(stage: Stage) -> None:
    """Not to Reply-To."""
    stage.reply()
    answer(stage, Mail(headers={"Reply-To": "{other}"}))
    expect.equal(stage.count(from_owner(stage), stage.other), 0, "replies to Reply-To")


@requirement("RFC3834:3.3-1", "RULE-10")
def test_a_reply_has_the_null_return_path(stage: Stage) -> None:
    """Nobody can answer it by a bounce."""
    stage.reply()
    expect.equal(answer(stage).field("Return-Path"), "<>", "Return-Path")


@requirement("RFC3834:3.1.7-1", "RFC3834:5-1", "RULE-10")
def test_a_reply_says_that_it_is_one(stage: Stage) -> None:
    """Auto-Submitted: auto-replied."""
    stage.reply()
    said = answer(stage).field("Auto-Submitted").partition(";")[0].partition("(")[0].strip().lower()
    expect.equal(said, "auto-replied", "Auto-Submitted")


@requirement("RFC3834:3.1.6-1")
def test_a_reply_is_in_reply_to_the_message(stage: Stage) -> None:
    """In-Reply-To has its Message-ID."""
    stage.reply()
    got = answer(stage, Mail(headers={"Message-ID": _ID}))
    expect.equal(got.field("In-Reply-To"), stage.said(_ID), "In-Reply-To")


@requirement("RFC3834:3.1.6-2")
def test_a_reply_refers_to_the_whole_conversation(stage: Stage) -> None:
    """References has those of the message, and its Message-ID at the end."""
    stage.reply()
    got = answer(stage, Mail(headers={"Message-ID": _ID, "References": "<a@mailproof.test> <b@mailproof.test>"}))
    expect.equal(
        got.field("References").split(), ["<a@mailproof.test>", "<b@mailproof.test>", stage.said(_ID)], "References"
    )


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("Spring {token}", "Spring {token}"),
        ("=?utf-8?Q?L=27=C3=A9t=C3=A9?= {token}", "L'été {token}"),
        ("Re: Spring {token}", "Spring {token}"),
        ("Two\r\n lines {token}", "Two lines {token}"),
    ],
    ids=["plain", "encoded", "a-reply", "folded"],
)
@requirement("RFC3834:3.1.5-1")
def test_the_subject_of_a_reply_has_that_of_the_message(stage: Stage, subject: str, shown: str) -> None:
    """So that the sender knows what is answered."""
    stage.reply()
    expect.contains(answer(stage, Mail(subject)).field("Subject"), stage.said(shown), "Subject")


@requirement("RFC3834:3.1.5-2")
def test_the_subject_of_a_reply_says_that_it_is_automatic(stage: Stage) -> None:
    """Auto: or, as Exchange has it, Automatic reply:."""
    stage.reply()
    subject = answer(stage).field("Subject").lower()
    expect.that(
        subject.startswith(("auto:", "automatic reply:")),
        "Subject",
        expected="Auto: or Automatic reply:",
        actual=subject,
    )


@pytest.mark.parametrize("subject", ["", None], ids=["empty", "missing"])
@requirement("AUTO-REPLY:form-1")
def test_a_message_without_subject_is_answered(stage: Stage, subject: str | None) -> None:
    """The reply has one."""
    stage.reply()
    mail = Mail(headers={"Subject": subject})
    expect.that(bool(answer(stage, mail).field("Subject")), "Subject", expected="there", actual="empty")


@pytest.mark.parametrize("name", ["Date", "Message-ID"])
@requirement("RFC3834:3.1.4-1")
def test_a_reply_is_a_whole_message(stage: Stage, name: str) -> None:
    """It has the fields that every message has, once."""
    stage.reply()
    expect.that(bool(answer(stage).field(name)), name, expected="there", actual="empty")


@requirement("AUTO-REPLY:form-2")
def test_a_reply_asks_for_no_automatic_answers(stage: Stage) -> None:
    """In the field by which Exchange's clients know."""
    stage.reply()
    expect.contains(answer(stage).field("X-Auto-Response-Suppress").lower(), "all", "X-Auto-Response-Suppress")


@requirement("RFC3834:3.2-1")
def test_a_reply_does_not_repeat_the_message(stage: Stage) -> None:
    """Whoever forges a sender must not have content sent there."""
    stage.reply()
    got = answer(stage, Mail(body="Buy our wonderful pills.\n"))
    expect.that(b"wonderful pills" not in got.raw, "the reply", expected="without the message's text", actual="with it")


@pytest.mark.parametrize(
    "text",
    ["I am away.", "Grüße aus Zürich – bis Montag 🙂", "Two\nlines.", "x" * 5000],
    ids=["ascii", "any-script", "two-lines", "one-long-line"],
)
@requirement("AUTO-REPLY:text-1", "RULE-10")
def test_a_reply_has_the_owners_text(stage: Stage, text: str) -> None:
    """In any script, of any length."""
    stage.reply(internal_reply=text)
    expect.equal(_text(answer(stage)).replace("\r\n", "\n").strip(), text, "text of the reply")


@pytest.mark.parametrize(
    ("kind", "holds"), [("html", lambda text: "<b>away</b>" in text), ("plain", lambda text: "I am away" in text)]
)
@requirement("AUTO-REPLY:text-2", "RULE-10")
def test_a_reply_in_html_has_both_forms(stage: Stage, kind: str, holds: Callable[[str], bool]) -> None:
    """As it was given, and as plain text."""
    stage.reply(internal_reply="<html><body><p>I am <b>away</b>.</p></body></html>")
    text = _text(answer(stage), kind)
    expect.that(holds(text), f"text/{kind} of the reply", expected="the owner's text", actual=text)

"""On, off, on schedule; once for each sender; who gets which text (RULE-10, MS-OXWOOF)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.auto_reply.asking import answer, from_owner, unanswered
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")


def _from_now(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _somebody_else_is_answered(stage: Stage) -> None:
    """After this, whatever else was to be answered has been."""
    stage.send(Mail("control {token}", sender="{other}"), sender=stage.other)
    stage.wait(from_owner(stage), stage.other, what="the reply to somebody else")


@requirement("AUTO-REPLY:once-1", "RFC3834:2-6", "RULE-10")
def test_a_sender_is_answered_once(stage: Stage) -> None:
    """Three messages, one reply."""
    stage.reply()
    answer(stage)
    stage.send()
    stage.send()
    _somebody_else_is_answered(stage)
    expect.equal(stage.count(from_owner(stage), stage.sender), 1, "replies to the sender of three messages")


@requirement("AUTO-REPLY:once-1", "RULE-10")
def test_each_sender_is_answered(stage: Stage) -> None:
    """Once for each address."""
    stage.reply()
    answer(stage)
    answer(stage, Mail(sender="{other}"), stage.other)


@requirement("AUTO-REPLY:once-2", "RULE-10")
def test_turned_on_anew_it_answers_again(stage: Stage) -> None:
    """Off and on: the same sender gets one more reply."""
    stage.reply()
    answer(stage)
    stage.reply(state="disabled")
    stage.reply()
    stage.send(Mail("again {token}"))
    stage.wait(f'{from_owner(stage)} SUBJECT "again"', stage.sender, what="the reply after it was turned on anew")


@requirement("AUTO-REPLY:when-1", "RULE-10")
def test_off_it_does_not_answer(stage: Stage) -> None:
    """The first reply comes after it was turned on."""
    stage.reply(state="disabled")
    stage.send(Mail("silent {token}"))
    stage.reply()
    unanswered(stage)


@requirement("AUTO-REPLY:when-1", "RULE-10")
def test_turned_off_it_stops(stage: Stage) -> None:
    """Somebody who writes then is answered only when it is on again."""
    stage.reply()
    answer(stage, Mail(sender="{other}"), stage.other)
    stage.reply(state="disabled")
    stage.send(Mail("silent {token}"))
    stage.reply()
    unanswered(stage)


@pytest.mark.parametrize(
    ("start", "end", "answers"),
    [(-2, 2, True), (-4, -2, False), (2, 4, False)],
    ids=["now", "past", "to-come"],
)
@requirement("AUTO-REPLY:when-2", "RULE-10")
def test_a_schedule_is_kept(stage: Stage, start: int, end: int, answers: bool) -> None:
    """From its start to its end, in hours from now."""
    stage.reply(state="scheduled", start=_from_now(hours=start), end=_from_now(hours=end))
    if answers:
        answer(stage)
        return
    stage.send(Mail("silent {token}"))
    stage.reply()
    unanswered(stage)


@requirement("AUTO-REPLY:when-2", "RULE-10")
def test_a_schedule_counts_instants(stage: Stage) -> None:
    """With another offset than UTC: it is on now, although the clock there says otherwise."""
    zone = "+13:00"
    moments = [(datetime.now(UTC) + timedelta(hours=13 + hours)).strftime("%Y-%m-%dT%H:%M:%S") for hours in (-1, 1)]
    stage.reply(state="scheduled", start=moments[0] + zone, end=moments[1] + zone)
    answer(stage)


@pytest.mark.parametrize(
    "reply",
    [
        {"state": "scheduled", "start": _from_now(hours=2), "end": _from_now(hours=1)},
        {"state": "scheduled", "start": "tomorrow", "end": "later"},
    ],
    ids=["ends-before-it-begins", "no-moments"],
)
@requirement("AUTO-REPLY:when-3", "RULE-10")
def test_a_schedule_that_cannot_be_meant_is_refused(stage: Stage, reply: dict[str, str]) -> None:
    """Nothing is set."""
    stage.settings.reply_refused(stage.owner, {"internal_reply": "I am away.", **reply})


@requirement("AUTO-REPLY:when-4", "RULE-10")
def test_without_a_text_nobody_is_answered(stage: Stage) -> None:
    """An empty text for colleagues means none."""
    stage.reply(internal_reply="", external_reply="Only for others.")
    stage.send(Mail("silent {token}"))
    stage.reply(external_reply="Only for others.")
    unanswered(stage)


@requirement("AUTO-REPLY:text-3", "RULE-10")
def test_colleagues_get_the_internal_text(stage: Stage) -> None:
    """And not the external one."""
    stage.reply(internal_reply="For colleagues.", external_reply="For others.")
    got = answer(stage)
    expect.that(
        b"For colleagues." in got.raw and b"For others." not in got.raw,
        "the reply",
        expected="For colleagues.",
        actual=got.raw,
    )


@pytest.mark.parametrize("audience", ["all", "known", "none"])
@pytest.mark.parametrize("is_known", [True, False], ids=["a-contact", "a-stranger"])
@needs("control:outside.send", "control:outside.list", "control:contacts.import")
@requirement("AUTO-REPLY:outside-1", "RULE-10")
def test_who_outside_is_answered(stage: Stage, tmp_path: Path, audience: str, is_known: bool) -> None:
    """Everybody, the owner's contacts, or nobody."""
    friend = f"friend-{stage.world.token}@outside.mailproof.test".lower()
    if is_known:
        contacts = tmp_path / "contacts.csv"
        contacts.write_text(f'"First Name","E-mail Address"\r\n"Friend","{friend}"\r\n')
        stage.control.call("contacts", "import", str(contacts), "--account", stage.owner.address)
    stage.reply(external_reply="For others.", external_audience=audience)
    stage.send_from_outside(Mail(sender=friend), friend)
    found = stage.control.call("outside", "list", "--to", friend)
    expected = audience == "all" or (audience == "known" and is_known)
    expect.equal(len(found), int(expected), "replies that went outside")


@needs("control:outside.send", "control:outside.list")
@requirement("AUTO-REPLY:outside-2", "RULE-10")
def test_others_get_the_external_text(stage: Stage) -> None:
    """And not the internal one."""
    friend = f"friend-{stage.world.token}@outside.mailproof.test".lower()
    stage.reply(internal_reply="For colleagues.", external_reply="For others.")
    stage.send_from_outside(Mail(sender=friend), friend)
    got = stage.gone_outside(friend)
    expect.that(
        b"For others." in got.raw and b"For colleagues." not in got.raw,
        "the reply",
        expected="For others.",
        actual=got.raw,
    )


@needs("control:outside.send", "control:outside.list")
@requirement("RFC3834:3.3-1", "RULE-10")
def test_a_reply_outside_has_the_null_return_path(stage: Stage) -> None:
    """No other server can bounce it."""
    friend = f"friend-{stage.world.token}@outside.mailproof.test".lower()
    stage.reply(external_reply="For others.")
    stage.send_from_outside(Mail(sender=friend), friend)
    expect.equal(stage.gone_outside(friend).field("Return-Path"), "<>", "sender of the envelope")


@needs("control:outside.send", "control:outside.list")
@requirement("RFC3834:4-1", "RULE-10")
def test_a_reply_goes_to_the_return_path_and_not_to_from(stage: Stage) -> None:
    """Whoever forges From has nobody flooded."""
    token = stage.world.token.lower()
    victim, sender = f"victim-{token}@outside.mailproof.test", f"sender-{token}@outside.mailproof.test"
    stage.reply(external_reply="For others.")
    stage.send_from_outside(Mail(sender=victim), sender)
    stage.gone_outside(sender)
    expect.equal(stage.control.call("outside", "list", "--to", victim), [], "mail to the address in From")

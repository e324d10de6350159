"""Forward, forward as attachment and redirect: what the recipient gets (RULE-05, RULE-06)."""

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Received, Stage

pytestmark = needs("role:other", "role:carol")

FORWARD, ATTACH, REDIRECT = "ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients"
_ORDINARY = Mail()
_MIXED = Mail(
    headers={"Content-Type": 'multipart/mixed; boundary="b"'},
    body="--b\nContent-Type: text/plain\n\nThe text of it.\n--b\nContent-Type: application/octet-stream\n"
    'Content-Disposition: attachment; filename="a.bin"\nContent-Transfer-Encoding: base64\n\n//79AAECAw==\n--b--\n',
)


def _sent_on(stage: Stage, action: str, mail: Mail = _ORDINARY) -> tuple[bytes, Received]:
    """Have a message sent on to somebody else; what was sent, and what arrived there."""
    sent = stage.message(mail)
    stage.rules({"actions": {action: ["{other}"]}})
    stage.send(sent)
    return sent, stage.wait(f'SUBJECT "{stage.world.token}"', stage.other, what="the message that the rule sends on")


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-1", "RULE-05")
def test_a_forward_is_from_the_owner(stage: Stage, action: str) -> None:
    """From names whose rule it is."""
    _, got = _sent_on(stage, action)
    expect.contains(got.field("From").lower(), stage.owner.address.lower(), "From of the forward")


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-1", "RULE-05")
def test_a_forward_has_a_message_id_of_its_own(stage: Stage, action: str) -> None:
    """It is a new message."""
    sent, got = _sent_on(stage, action)
    expect.that(
        f"Message-ID: {got.field('Message-ID')}".encode() not in sent,
        "Message-ID",
        expected="a new one",
        actual="the same",
    )


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-2", "RULE-05")
def test_the_subject_of_a_forward_says_so(stage: Stage, action: str) -> None:
    """FW: and the original's."""
    _, got = _sent_on(stage, action, Mail("Sommer für alle {token}"))
    expect.equal(got.field("Subject"), f"FW: Sommer für alle {stage.world.token}", "Subject of the forward")


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-3", "RULE-05")
def test_a_forward_says_that_it_is_automatic(stage: Stage, action: str) -> None:
    """Nobody wrote it for the occasion."""
    _, got = _sent_on(stage, action)
    expect.equal(got.field("Auto-Submitted").lower(), "auto-generated", "Auto-Submitted of the forward")


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-4", "RULE-05")
def test_a_forward_refers_to_the_original(stage: Stage, action: str) -> None:
    """A client shows both as one conversation."""
    _, got = _sent_on(stage, action, Mail(headers={"Message-ID": "<original-{token}@mailproof.test>"}))
    named = " ".join(map(str, (*got.message.get_all("References", []), *got.message.get_all("In-Reply-To", []))))
    expect.contains(named, f"<original-{stage.world.token}@mailproof.test>", "References and In-Reply-To")


@pytest.mark.parametrize("action", [FORWARD, ATTACH, REDIRECT])
@requirement("RULES:actions.ForwardToRecipients-5", "RULES:actions.RedirectToRecipients-5", "RULE-05")
def test_what_is_sent_on_stays_in_the_mailbox(stage: Stage, action: str) -> None:
    """The original is in the inbox, too."""
    stage.rules({"actions": {action: ["{other}"]}})
    expect.equal(stage.place(stage.send()), "INBOX", "folder of the original")


@requirement("RULES:actions.ForwardToRecipients-1", "RULE-05")
def test_a_forward_shows_the_text_of_the_original(stage: Stage) -> None:
    """The text is in the new message."""
    _, got = _sent_on(stage, FORWARD, Mail(body="Unmistakable words.\n"))
    expect.contains(got.raw, b"Unmistakable words.", "the forward")


@pytest.mark.parametrize("shown", ["{sender}", "{token}"], ids=["author", "subject"])
@requirement("RULES:actions.ForwardToRecipients-8", "RULE-05")
def test_a_forward_shows_what_was_forwarded(stage: Stage, shown: str) -> None:
    """Author and subject of the original stand in its text."""
    _, got = _sent_on(stage, FORWARD)
    expect.contains(
        got.raw.partition(b"\r\n\r\n")[2].lower(), stage.said(shown).lower().encode(), "text of the forward"
    )


@requirement("RULES:actions.ForwardToRecipients-7", "RULE-05")
def test_a_forward_takes_attachments_along(stage: Stage) -> None:
    """They are the same, octet by octet."""
    _, got = _sent_on(stage, FORWARD, _MIXED)
    files = [part.get_payload(decode=True) for part in got.message.walk() if part.get_filename() == "a.bin"]
    expect.equal(files, [b"\xff\xfe\xfd\x00\x01\x02\x03"], "content of the attachments named a.bin")


@pytest.mark.parametrize("action", [FORWARD, ATTACH])
@requirement("RULES:actions.ForwardToRecipients-6", "RULE-05")
def test_a_forward_is_sent_by_the_owner(stage: Stage, action: str) -> None:
    """Return-Path names whose rule it is: reports of failure go there."""
    _, got = _sent_on(stage, action)
    expect.equal(got.field("Return-Path").lower(), f"<{stage.owner.address.lower()}>", "Return-Path")


@requirement("RULES:actions.ForwardAsAttachmentToRecipients-1", "RULE-03")
def test_a_forward_as_attachment_has_the_original_attached(stage: Stage) -> None:
    """One part is message/rfc822."""
    _, got = _sent_on(stage, ATTACH)
    types = [part.get_content_type() for part in got.message.walk()]
    expect.equal(types.count("message/rfc822"), 1, f"number of attached messages among {types}")


@pytest.mark.parametrize("mail", [Mail(body=b"8-bit \xe9\r\n..\r\n"), _MIXED], ids=["8-bit", "multipart"])
@requirement("RULES:actions.ForwardAsAttachmentToRecipients-2", "RULE-03")
def test_the_attached_original_has_every_octet(stage: Stage, mail: Mail) -> None:
    """All that was sent stands in the forward."""
    sent, got = _sent_on(stage, ATTACH, mail)
    expect.that(sent.rstrip() in got.raw, "the forward", expected="all octets of the original", actual="not all")


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "Message-ID", "X-Mailproof", "Reply-To"])
@requirement("RULES:actions.RedirectToRecipients-1", "RULE-06")
def test_a_redirect_keeps_the_header(stage: Stage, name: str) -> None:
    """The field is that of the original."""
    sent, got = _sent_on(stage, REDIRECT, Mail(headers={"Reply-To": "desk@mailproof.test"}))
    original = next(line for line in sent.decode().split("\r\n") if line.lower().startswith(f"{name.lower()}:"))
    expect.equal(got.field(name), original.partition(":")[2].strip(), name)


@pytest.mark.parametrize("mail", [Mail(body=b"8-bit \xe9\r\n..\r\n \r\n"), _MIXED], ids=["8-bit", "multipart"])
@requirement("RULES:actions.RedirectToRecipients-2", "RULE-06")
def test_a_redirect_keeps_the_body(stage: Stage, mail: Mail) -> None:
    """Every octet of it."""
    sent, got = _sent_on(stage, REDIRECT, mail)
    expect.equal(got.raw.partition(b"\r\n\r\n")[2], sent.partition(b"\r\n\r\n")[2], "octets of the body")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Resent-From", "{owner}"), ("Resent-To", "{other}"), ("Resent-Date", ":"), ("Resent-Message-ID", "<")],
)
@requirement("RULES:actions.RedirectToRecipients-3", "RULE-06")
def test_a_redirect_says_who_sent_it_on(stage: Stage, name: str, value: str) -> None:
    """The fields of RFC 5322 section 3.6.6."""
    _, got = _sent_on(stage, REDIRECT)
    expect.contains(got.field(name).lower(), stage.said(value).lower(), name)


@requirement("RULES:actions.RedirectToRecipients-3", "RULE-06")
def test_resent_fields_stand_above_the_original(stage: Stage) -> None:
    """In one block, before the first field that the original had."""
    _, got = _sent_on(stage, REDIRECT)
    names = [name.lower() for name in got.message]
    resent = [at for at, name in enumerate(names) if name.startswith("resent-")]
    expect.that(
        bool(resent) and resent[-1] < names.index("from") and resent[-1] - resent[0] == len(resent) - 1,
        "the place of the Resent fields",
        expected="one block above From",
        actual=", ".join(names),
    )


@requirement("RULES:actions.RedirectToRecipients-4", "RULE-06")
def test_a_redirect_keeps_the_return_path(stage: Stage) -> None:
    """Inside the organisation, reports go to the original's sender."""
    _, got = _sent_on(stage, REDIRECT)
    expect.equal(got.field("Return-Path").lower(), f"<{stage.sender.address.lower()}>", "Return-Path")


@pytest.mark.parametrize("action", [FORWARD, ATTACH, REDIRECT])
@requirement("RULES:actions.ForwardToRecipients-5", "RULE-03")
def test_what_is_sent_on_can_be_deleted_by_the_same_rule(stage: Stage, action: str) -> None:
    """It goes on, and the original is in Deleted Items alone."""
    stage.rules({"actions": {action: ["{other}"], "Delete": True}})
    trash = stage.special(rb"\Trash")
    expect.equal(stage.place(stage.send(), trash), trash, "folder of the original")
    stage.wait(f'SUBJECT "{stage.world.token}"', stage.other)

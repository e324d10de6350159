"""Every condition against messages that it holds for and that it does not hold for (RULE-02, RULE-07, RULE-08)."""

import pytest

from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import Invalid
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.services.content import content_of
from mailproof_server.services.rules.message import Arrival, Message
from mailproof_server.services.rules.rule import CONDITIONS
from tests.services.conftest import START
from tests.services.ruling import mail

BOB = DirectoryEntry(
    PrincipalId(1),
    PrincipalKind.USER,
    "bob@example.test",
    "Bob",
    "bob",
    True,
    False,
    AccountId(1),
    ("rob@second.test",),
)


def holds(name: str, value: object, data: bytes, return_path: str = "alice@example.test") -> bool:
    arrival = Arrival(Message(content_of(data), return_path), BOB, START)
    return CONDITIONS[name].read(value)(arrival)


def to(line: bytes, *fields: bytes) -> bytes:
    head = b"From: Alice <alice@example.test>\r\n"
    return mail(line, *fields, head=head) if line else mail(*fields, head=head)


PLAIN = mail()
HTML = mail(
    b"Content-Type: text/html; charset=utf-8",
    body=b"<p>Buy <b>ten</b> for\r\n  nine &euro;</p><script>secret()</script>",
)
ATTACHED = mail(
    b"MIME-Version: 1.0",
    b'Content-Type: multipart/mixed; boundary="b"',
    body=b"--b\r\n\r\nsee attached\r\n--b\r\nContent-Type: text/plain\r\n"
    b'Content-Disposition: attachment; filename="notes.txt"\r\n\r\nhidden words\r\n--b--\r\n',
)


def report(kind: bytes, part: bytes) -> bytes:
    return mail(
        b"Content-Type: multipart/report; report-type=" + kind + b'; boundary="b"',
        body=b"--b\r\n\r\ntext\r\n--b\r\nContent-Type: message/" + kind + b"\r\n\r\n" + part + b"\r\n--b--\r\n",
    )


FAILED = report(b"delivery-status", b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n")
DELIVERED = report(b"delivery-status", b"Reporting-MTA: dns; x\r\n\r\nAction: delivered\r\n")
READ = report(b"disposition-notification", b"Disposition: manual-action/MDN-sent-manually; displayed\r\n")


def calendar(method: bytes) -> bytes:
    body = b"BEGIN:VCALENDAR\r\nMETHOD:" + method + b"\r\nEND:VCALENDAR\r\n"
    return mail(b"Content-Type: text/calendar; method=" + method, body=body)


SMIME = b"Content-Type: application/pkcs7-mime; smime-type="
DETACHED = mail(
    b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="b"',
    body=b"--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n",
)
PGP = mail(b'Content-Type: multipart/encrypted; boundary="b"', body=b"--b\r\n\r\nx\r\n--b--\r\n")

TABLE = [
    ("FromAddresses", ["ALICE@Example.test"], PLAIN, True),
    ("FromAddresses", ["carol@example.test", "alice@example.test"], PLAIN, True),
    ("FromAddresses", ["lice@example.test"], PLAIN, False),
    ("SentToAddresses", ["bob@example.test"], PLAIN, True),
    ("SentToAddresses", ["carol@example.test"], to(b"Cc: carol@example.test"), True),
    ("SentToAddresses", ["carol@example.test"], to(b"Bcc: carol@example.test"), False),
    ("SentToAddresses", ["carol@example.test"], PLAIN, False),
    ("SentToAddresses", ["bob+sales@example.test"], to(b"To: Bob <bob+sales@example.test>"), True),
    ("SentToAddresses", ["bob@example.test"], to(b"To: bob+sales@example.test"), True),
    ("SentToAddresses", ["bob+sales@example.test"], to(b"To: bob+other@example.test"), False),
    ("SentToAddresses", ["bob+sales@example.test"], PLAIN, False),
    ("SentToMe", True, PLAIN, True),
    ("SentToMe", True, to(b"To: rob@second.test"), True),
    ("SentToMe", True, to(b"To: rob+x+y@second.test"), True),
    ("SentToMe", True, to(b"To: Everybody: carol@example.test, BOB@example.test;"), True),
    ("SentToMe", True, to(b"Cc: bob@example.test"), False),
    ("SentToMe", True, to(b"Bcc: bob@example.test"), False),
    ("SentCcMe", True, to(b"Cc: bob@example.test"), True),
    ("SentCcMe", True, PLAIN, False),
    ("SentToOrCcMe", True, PLAIN, True),
    ("SentToOrCcMe", True, to(b"Cc: bob@example.test"), True),
    ("SentToOrCcMe", True, to(b"To: carol@example.test", b"Bcc: bob@example.test"), False),
    ("NotSentToMe", True, to(b"To: carol@example.test", b"Cc: bob@example.test"), True),
    ("NotSentToMe", True, PLAIN, False),
    ("SentOnlyToMe", True, PLAIN, True),
    ("SentOnlyToMe", True, to(b"To: bob@example.test, rob@second.test"), True),
    ("SentOnlyToMe", True, to(b"To: bob@example.test", b"Cc: carol@example.test"), False),
    ("SentOnlyToMe", True, to(b""), False),
    ("ContainsSubjectStrings", ["nEWs"], PLAIN, True),
    ("ContainsSubjectStrings", ["old", "new"], PLAIN, True),
    ("ContainsSubjectStrings", ["old"], PLAIN, False),
    ("ContainsSubjectStrings", ["größe"], mail(subject=b"=?utf-8?q?GR=C3=96SSE?="), True),
    ("ContainsSubjectStrings", ["one two"], mail(subject=b"one\r\n\ttwo"), True),
    ("ContainsBodyStrings", ["hello"], PLAIN, True),
    ("ContainsBodyStrings", ["news"], PLAIN, False),
    ("ContainsBodyStrings", ["buy ten for nine €"], HTML, True),
    ("ContainsBodyStrings", ["<b>ten</b>"], HTML, True),
    ("ContainsBodyStrings", ["<i>ten</i> for"], HTML, True),
    ("ContainsBodyStrings", ["<i>eleven</i>"], HTML, False),
    ("ContainsBodyStrings", ["secret"], HTML, False),
    ("ContainsBodyStrings", ["see attached"], ATTACHED, True),
    ("ContainsBodyStrings", ["hidden words"], ATTACHED, False),
    ("ContainsBodyStrings", ["notes"], ATTACHED, False),
    ("ContainsBodyStrings", ["a long line"], mail(body=b"a long\r\nline"), True),
    ("ContainsBodyStrings", ["caf\u00e9"], mail(b"Content-Transfer-Encoding: quoted-printable",
     b"Content-Type: text/plain; charset=iso-8859-1", body=b"caf=E9 =\r\nau lait"), True),
    ("ContainsSubjectOrBodyStrings", ["hello"], PLAIN, True),
    ("ContainsSubjectOrBodyStrings", ["news"], PLAIN, True),
    ("ContainsSubjectOrBodyStrings", ["neither"], PLAIN, False),
    ("ContainsHeaderStrings", ["x-what: ever"], mail(b"X-What: Ever"), True),
    ("ContainsHeaderStrings", ["secret@example.test"], mail(b"Bcc: secret@example.test"), False),
    ("ContainsHeaderStrings", ["hello"], PLAIN, False),
    ("ContainsHeaderStrings", ["return-path"], b"Return-Path: <x@y>\r\n" + PLAIN, False),
    ("ContainsSenderStrings", ["@EXAMPLE"], PLAIN, True),
    ("ContainsSenderStrings", ["Alice <"], PLAIN, False),
    ("ContainsRecipientStrings", ["bob@"], PLAIN, True),
    ("ContainsRecipientStrings", ["carol"], to(b"To: bob@example.test", b"Bcc: carol@example.test"), False),
    ("Importance", "High", mail(b"Importance: high"), True),
    ("Importance", "high", mail(b"X-Priority: 1 (Highest)"), True),
    ("Importance", "Normal", PLAIN, True),
    ("Importance", "Low", mail(b"Importance: Low"), True),
    ("Importance", "Low", PLAIN, False),
    ("Sensitivity", "Normal", PLAIN, True),
    ("Sensitivity", "Confidential", mail(b"Sensitivity: Company-Confidential"), True),
    ("Sensitivity", "Private", mail(b"Sensitivity: Personal"), False),
    ("FlaggedForAction", "Any", mail(b"X-Message-Flag: Whatever"), True),
    ("FlaggedForAction", "FollowUp", mail(b"X-Message-Flag: Follow up"), True),
    ("FlaggedForAction", "Call", mail(b"X-Message-Flag: Follow up"), False),
    ("FlaggedForAction", "Any", PLAIN, False),
    ("HasAttachments", True, ATTACHED, True),
    ("HasAttachments", True, PLAIN, False),
    ("WithinSizeRange", {"MinimumSize": 0, "MaximumSize": 1}, PLAIN, True),
    ("WithinSizeRange", {"MinimumSize": 1}, PLAIN, False),
    ("WithinSizeRange", {"MinimumSize": 2}, mail(body=b"x" * 3000), True),
    ("WithinSizeRange", {"MaximumSize": 2}, mail(body=b"x" * 3000), False),
    ("WithinDateRange", {"StartDateTime": "2026-03-02T09:30:00Z"}, PLAIN, True),
    ("WithinDateRange", {"StartDateTime": "2026-03-02T10:30:01+01:00"}, PLAIN, False),
    ("WithinDateRange", {"EndDateTime": "2026-03-02T09:30:00Z"}, PLAIN, True),
    ("WithinDateRange", {"EndDateTime": "2026-03-02T09:29:59Z"}, PLAIN, False),
    ("IsMeetingRequest", True, calendar(b"REQUEST"), True),
    ("IsMeetingRequest", True, calendar(b"REPLY"), False),
    ("IsMeetingRequest", True, PLAIN, False),
    ("IsMeetingResponse", True, calendar(b"REPLY"), True),
    ("IsMeetingResponse", True, calendar(b"COUNTER"), True),
    ("IsMeetingResponse", True, calendar(b"CANCEL"), False),
    ("IsAutomaticReply", True, mail(b"Auto-Submitted: Auto-Replied (vacation); owner=x"), True),
    ("IsAutomaticReply", True, mail(b"X-Autoreply: yes"), True),
    ("IsAutomaticReply", True, mail(b"Auto-Submitted: no"), False),
    ("IsAutomaticReply", True, mail(b"Auto-Submitted: auto-generated"), False),
    ("IsAutomaticForward", True, mail(b"X-MS-Exchange-Inbox-Rules-Loop: carol@example.test"), True),
    ("IsAutomaticForward", True, mail(b"Autoforwarded: TRUE"), True),
    ("IsAutomaticForward", True, PLAIN, False),
    ("IsApprovalRequest", True, mail(b"X-MS-Exchange-Organization-Approval-Initiator: mailbox"), True),
    ("IsApprovalRequest", True, PLAIN, False),
    ("IsNDR", True, FAILED, True),
    ("IsNDR", True, DELIVERED, False),
    ("IsNDR", True, READ, False),
    ("IsReadReceipt", True, READ, True),
    ("IsReadReceipt", True, FAILED, False),
    ("IsPermissionControlled", True, mail(b"Content-Class: rpmsg.message"), True),
    ("IsPermissionControlled", True, mail(b"Content-Type: application/x-microsoft-rpmsg-message"), True),
    ("IsPermissionControlled", True, PLAIN, False),
    ("IsVoicemail", True, mail(b"Message-Context: voice-message"), True),
    ("IsVoicemail", True, mail(b"Content-Class: voice"), True),
    ("IsVoicemail", True, mail(b"Content-Class: voicemail-not"), False),
    ("IsSigned", True, DETACHED, True),
    ("IsSigned", True, mail(SMIME + b"signed-data"), True),
    ("IsSigned", True, mail(SMIME + b"enveloped-data"), False),
    ("IsEncrypted", True, mail(SMIME + b"enveloped-data"), True),
    ("IsEncrypted", True, PGP, True),
    ("IsEncrypted", True, DETACHED, False),
    ("IsEncrypted", True, mail(SMIME + b"signed-data"), False),
    ("Categories", ["red category"], mail(b"Keywords: Blue, Red Category"), True),
    ("Categories", ["red"], mail(b"Keywords: Red Category"), False),
    ("ItemClasses", ["IPM.Note"], PLAIN, True),
    ("ItemClasses", ["ipm.note"], DETACHED, True),
    ("ItemClasses", ["IPM.Schedule.Meeting.Request"], calendar(b"REQUEST"), True),
    ("ItemClasses", ["IPM.Schedule"], calendar(b"CANCEL"), True),
    ("ItemClasses", ["IPM.Not"], PLAIN, False),
    ("ItemClasses", ["REPORT.IPM.Note.NDR"], FAILED, True),
    ("ItemClasses", ["REPORT.IPM.Note.NDR"], DELIVERED, False),
    ("MessageClassifications", ["A6D6F2C4-0000"], mail(b"X-Microsoft-ClassID: {a6d6f2c4-0000}"), True),
    ("MessageClassifications", ["Secret"], mail(b"X-Microsoft-Classification: Open"), False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "data", "expected"), TABLE)
def test_a_condition_holds_or_not(name: str, value: object, data: bytes, expected: bool) -> None:
    assert holds(name, value, data) is expected


def test_every_condition_is_in_the_table_both_ways() -> None:
    assert {(name, expected) for name, _, _, expected in TABLE} == {
        (name, expected) for name in CONDITIONS for expected in (True, False)
    }


REFUSED = [
    ("FromAddresses", []),
    ("FromAddresses", "nobody"),
    ("FromAddresses", [1]),
    ("SentToAddresses", ["@example.test"]),
    ("SentToMe", False),
    ("HasAttachments", "yes"),
    ("ContainsSubjectStrings", ["  "]),
    ("ContainsBodyStrings", [""]),
    ("ContainsBodyStrings", {}),
    ("Importance", "Urgent"),
    ("Sensitivity", 3),
    ("FlaggedForAction", "any"),
    ("WithinSizeRange", {}),
    ("WithinSizeRange", {"MinimumSize": -1}),
    ("WithinSizeRange", {"MinimumSize": 2, "MaximumSize": 1}),
    ("WithinSizeRange", {"MaximumSize": True}),
    ("WithinSizeRange", {"Minimum": 1}),
    ("WithinDateRange", {"StartDateTime": "2026-03-02T09:30:00"}),
    ("WithinDateRange", {"StartDateTime": "yesterday"}),
    ("WithinDateRange", {"StartDateTime": "2026-03-02T09:30:00Z", "EndDateTime": "2026-03-01T09:30:00Z"}),
    ("ItemClasses", None),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        CONDITIONS[name].read(value)
    assert name in caught.value.text or "address" in caught.value.text.lower()


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"garbage", b"\xff" * 50, b"To: <<<<\r\nFrom: ,,,\r\n\r\n", b"A" * 3000]
)
def test_no_message_makes_a_condition_raise(data: bytes) -> None:
    values = {name: value for name, value, _, _ in TABLE}
    for name, value in values.items():
        assert holds(name, value, data, return_path="") in (True, False)

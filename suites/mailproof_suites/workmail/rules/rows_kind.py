"""Conditions about the kind of a message: importance, size, date, attachments, meetings, signatures (RULE-02)."""

from datetime import UTC, datetime, timedelta

from mailproof_suites.workmail.rules.rows import Row, false, headed, true, typed
from mailproof_suites.workmail.stage import Mail

_PLAIN = "--b\nContent-Type: text/plain\n\nHello.\n--b\n"
_MIXED = 'multipart/mixed; boundary="b"'
_ATTACHED = typed(
    _MIXED, f'{_PLAIN}Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\n%PDF\n--b--\n'
)
_ALTERNATIVE = typed(
    'multipart/alternative; boundary="b"', f"{_PLAIN}Content-Type: text/html\n\n<p>Hello.</p>\n--b--\n"
)
_SIGNED = typed(
    'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="b"',
    f'{_PLAIN}Content-Type: application/pkcs7-signature; name="smime.p7s"\n\nMIAG\n--b--\n',
)
_PGP_SIGNED = typed(
    'multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary="b"',
    f"{_PLAIN}Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--b--\n",
)
_OPAQUE = typed("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "MIAG\n")
_ENCRYPTED = typed("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIAG\n")
_PGP = typed(
    'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"',
    "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n"
    "-----BEGIN PGP MESSAGE-----\n--b--\n",
)
_RECEIPT = typed(
    'multipart/report; report-type=disposition-notification; boundary="b"',
    f"{_PLAIN}Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; x@mailproof.test\n"
    "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n",
    {"Auto-Submitted": "auto-replied"},
)
_BOUNCE = typed(
    'multipart/report; report-type=delivery-status; boundary="b"',
    f"{_PLAIN}Content-Type: message/delivery-status\n\nReporting-MTA: dns; mailproof.test\n\n"
    "Final-Recipient: rfc822; x@mailproof.test\nAction: failed\nStatus: 5.1.1\n--b--\n",
)


def _meeting(method: str) -> Mail:
    return typed(
        f"text/calendar; method={method}; charset=utf-8",
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//mailproof//EN\nMETHOD:{method}\nBEGIN:VEVENT\nUID:kind@mailproof.test\n"
        "DTSTAMP:20300101T000000Z\nDTSTART:20300102T090000Z\nDTEND:20300102T100000Z\nSUMMARY:Talk\n"
        "ORGANIZER:mailto:nobody@mailproof.test\nATTENDEE;PARTSTAT=ACCEPTED:mailto:x@mailproof.test\n"
        "END:VEVENT\nEND:VCALENDAR\n",
    )


def _from_now(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat(timespec="seconds")


_PAST, _FUTURE = _from_now(days=-2), _from_now(days=2)
_LARGE = Mail(body="0123456789abcde\n" * 256)

ROWS: tuple[Row, ...] = (
    true("Importance", "high", "High", headed("Importance", "high")),
    true("Importance", "high by X-Priority", "High", headed("X-Priority", "1 (Highest)")),
    true("Importance", "low", "Low", headed("Importance", "Low")),
    true("Importance", "normal when nothing is said", "Normal", Mail()),
    false("Importance", "high, of one that says nothing", "High", Mail()),
    false("Importance", "normal, of one that is high", "Normal", headed("Importance", "high")),
    true("FlaggedForAction", "any, of a flagged one", "Any", headed("X-Message-Flag", "Follow up")),
    false("FlaggedForAction", "any, of one without a flag", "Any", Mail()),
    false("FlaggedForAction", "a call, of one to follow up", "Call", headed("X-Message-Flag", "Follow up")),
    true("HasAttachments", "with a file", True, _ATTACHED),
    false("HasAttachments", "with plain text", True, Mail()),
    false("HasAttachments", "with two alternatives", True, _ALTERNATIVE),
    true("WithinSizeRange", "above the least size", {"MinimumSize": 4}, _LARGE),
    true("WithinSizeRange", "below the largest size", {"MaximumSize": 4}, Mail()),
    true("WithinSizeRange", "between both", {"MinimumSize": 1, "MaximumSize": 100}, _LARGE),
    false("WithinSizeRange", "below the least size", {"MinimumSize": 4}, Mail()),
    false("WithinSizeRange", "above the largest size", {"MaximumSize": 4}, _LARGE),
    true("WithinDateRange", "from a moment on that has passed", {"StartDateTime": _PAST}, Mail()),
    true("WithinDateRange", "until a moment to come", {"EndDateTime": _FUTURE}, Mail()),
    true("WithinDateRange", "between both", {"StartDateTime": _PAST, "EndDateTime": _FUTURE}, Mail()),
    true(
        "WithinDateRange",
        "whatever its Date says",
        {"StartDateTime": _PAST},
        headed("Date", "Mon, 1 Jan 2001 00:00:00 +0000"),
    ),
    false("WithinDateRange", "from a moment to come", {"StartDateTime": _FUTURE}, Mail()),
    false("WithinDateRange", "until a moment that has passed", {"EndDateTime": _PAST}, Mail()),
    true("IsMeetingRequest", "an invitation", True, _meeting("REQUEST")),
    false("IsMeetingRequest", "an answer to one", True, _meeting("REPLY")),
    false("IsMeetingRequest", "an ordinary one", True, Mail()),
    true("IsMeetingResponse", "an answer to an invitation", True, _meeting("REPLY")),
    false("IsMeetingResponse", "an invitation", True, _meeting("REQUEST")),
    true("IsAutomaticReply", "an automatic reply", True, headed("Auto-Submitted", "auto-replied")),
    false("IsAutomaticReply", "an ordinary one", True, Mail()),
    false("IsAutomaticReply", "one that says no", True, headed("Auto-Submitted", "no")),
    false("IsAutomaticReply", "a receipt", True, _RECEIPT),
    true("IsSigned", "signed with S/MIME", True, _SIGNED),
    true("IsSigned", "signed with OpenPGP", True, _PGP_SIGNED),
    true("IsSigned", "signed and opaque", True, _OPAQUE),
    false("IsSigned", "encrypted", True, _ENCRYPTED),
    false("IsSigned", "plain", True, Mail()),
    true("IsEncrypted", "encrypted with S/MIME", True, _ENCRYPTED),
    true("IsEncrypted", "encrypted with OpenPGP", True, _PGP),
    false("IsEncrypted", "signed", True, _SIGNED),
    true("IsReadReceipt", "a receipt", True, _RECEIPT),
    false("IsReadReceipt", "an ordinary one", True, Mail()),
    true("IsNDR", "a report of failure", True, _BOUNCE),
    false("IsNDR", "a receipt", True, _RECEIPT),
    true("Sensitivity", "private", "Private", headed("Sensitivity", "Private")),
    true("Sensitivity", "confidential", "Confidential", headed("Sensitivity", "Company-Confidential")),
    false("Sensitivity", "private, of one that says nothing", "Private", Mail()),
    true("Categories", "its sender's keyword", ["Travel"], headed("Keywords", "work, travel")),
    false("Categories", "another keyword", ["Travel"], headed("Keywords", "work")),
    true("ItemClasses", "an ordinary message", ["IPM.Note"], Mail()),
    true("ItemClasses", "a signed one", ["IPM.Note.SMIME.MultipartSigned"], _SIGNED),
    false("ItemClasses", "a meeting request, of an ordinary one", ["IPM.Schedule.Meeting.Request"], Mail()),
)

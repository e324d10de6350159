"""Conditions about words: in the subject, the body, both, and the header (RULE-02, RULE-08)."""

from mailproof_suites.workmail.rules.rows import Row, false, headed, true, typed
from mailproof_suites.workmail.stage import Mail

_WORDS = ["spring offer"]
_HTML = "text/html; charset=utf-8"
_MARKED = typed(_HTML, "<html><body><p>Our spr<b>ing</b>\n  offer</p></body></html>\n")
_BASE64 = typed("text/plain; charset=utf-8", "T3VyIHNwcmluZyBvZmZlci4K\n", {"Content-Transfer-Encoding": "base64"})
_QUOTED = typed(
    "text/plain; charset=utf-8", "Our spring=20of=\nfer.\n", {"Content-Transfer-Encoding": "quoted-printable"}
)
_LATIN = typed("text/plain; charset=iso-8859-1", "Le prix d'\xe9t\xe9.\r\n".encode("latin-1"))
_ATTACHED = typed(
    'multipart/mixed; boundary="b"',
    "--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: text/plain\n"
    'Content-Disposition: attachment; filename="a.txt"\n\nspring offer\n--b--\n',
)
_ALTERNATIVE = typed(
    'multipart/alternative; boundary="b"',
    "--b\nContent-Type: text/plain\n\nspring offer\n--b\nContent-Type: text/html\n\n<p>See there.</p>\n--b--\n",
)

ROWS: tuple[Row, ...] = (
    true("ContainsSubjectStrings", "words in it", _WORDS, Mail("A spring offer for you {token}")),
    true("ContainsSubjectStrings", "words in other letters", ["SPRING Offer"], Mail("a spring oFFER {token}")),
    true("ContainsSubjectStrings", "words in encoded form", ["été"], Mail("=?utf-8?Q?L=27=C3=A9t=C3=A9?= {token}")),
    true("ContainsSubjectStrings", "words on two lines", _WORDS, Mail("Our spring\r\n offer {token}")),
    true("ContainsSubjectStrings", "the second of two texts", ["autumn", "spring"], Mail("spring {token}")),
    false("ContainsSubjectStrings", "words that stand apart", _WORDS, Mail("spring is an offer {token}")),
    false("ContainsSubjectStrings", "words in the body", _WORDS, Mail(body="A spring offer.\n")),
    true("ContainsBodyStrings", "words in plain text", _WORDS, Mail(body="A spring offer.\n")),
    true("ContainsBodyStrings", "words in other letters", _WORDS, Mail(body="A SPRING OFFER.\n")),
    true("ContainsBodyStrings", "words in base64", _WORDS, _BASE64),
    true("ContainsBodyStrings", "words in quoted-printable", _WORDS, _QUOTED),
    true("ContainsBodyStrings", "words in another charset", ["ÉTÉ"], _LATIN),
    true("ContainsBodyStrings", "words in one alternative", _WORDS, _ALTERNATIVE),
    true("ContainsBodyStrings", "words across markup", _WORDS, _MARKED),
    true(
        "ContainsBodyStrings",
        "words behind character references",
        ["Fisch & Brot"],
        typed(_HTML, "<p>Fisch &amp; Brot</p>\n"),
    ),
    true("ContainsBodyStrings", "text with the markup of the message", ["spr<b>ing</b>"], _MARKED),
    true("ContainsBodyStrings", "text with markup of its own", ["<i>spring</i> offer"], _MARKED),
    false("ContainsBodyStrings", "the name of a tag", ["body"], _MARKED),
    false("ContainsBodyStrings", "words in the subject", _WORDS, Mail("spring offer {token}")),
    false("ContainsBodyStrings", "words of an attachment", _WORDS, _ATTACHED),
    false("ContainsBodyStrings", "the encoded form", ["T3VyIHNwcmluZyB"], _BASE64),
    true("ContainsSubjectOrBodyStrings", "words in the subject", _WORDS, Mail("spring offer {token}")),
    true("ContainsSubjectOrBodyStrings", "words in the body", _WORDS, Mail(body="A spring offer.\n")),
    false("ContainsSubjectOrBodyStrings", "words in another field", _WORDS, headed("Comments", "spring offer")),
    true("ContainsHeaderStrings", "words in any field", _WORDS, headed("X-Campaign", "the spring offer")),
    true(
        "ContainsHeaderStrings", "a field with its name", ["x-campaign: the"], headed("X-Campaign", "the spring offer")
    ),
    false("ContainsHeaderStrings", "words in the body", _WORDS, Mail(body="spring offer\n")),
    false(
        "ContainsHeaderStrings",
        "the name of a blind recipient",
        ["hidden-guest"],
        headed("Bcc", "hidden-guest@mailproof.test"),
    ),
)

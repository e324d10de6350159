"""Which reply codes exist, and which ones answer which command (RFC 5321 sections 4.2.3 and 4.3.2, and extensions)."""

from __future__ import annotations

EVERYWHERE = frozenset({421, 500, 501})
"""RFC 5321 section 4.3.2: "any SMTP command can return any of the following codes"."""

_NEEDS_AUTHENTICATION = {530, 534, 538}  # RFC 4954 section 6
_MAIL = {250, 451, 452, 455, 503, 550, 552, 553, 554, 555}  # 554: RFC 6409 sections 4.1 and 4.2
_END_OF_DATA = {250, 450, 451, 452, 550, 552, 554}

LEGAL: dict[str, frozenset[int]] = {
    "greeting": frozenset({220, 554, 521}),  # 521: RFC 7504
    "EHLO": frozenset({250, 502, 504, 550}),
    "HELO": frozenset({250, 502, 504, 550}),
    "MAIL": frozenset(_MAIL | _NEEDS_AUTHENTICATION),
    "RCPT": frozenset(_MAIL | {251, 450, 551, 556} | _NEEDS_AUTHENTICATION),
    "DATA": frozenset({354, 450, 451, 452, 503, 550, 552, 554} | _NEEDS_AUTHENTICATION),
    "message": frozenset(_END_OF_DATA),
    "BDAT": frozenset(_END_OF_DATA | {503} | _NEEDS_AUTHENTICATION),
    "RSET": frozenset({250}),
    "NOOP": frozenset({250}),
    "QUIT": frozenset({221}),
    "VRFY": frozenset({250, 251, 252, 502, 504, 550, 551, 553} | _NEEDS_AUTHENTICATION),
    "EXPN": frozenset({250, 252, 502, 504, 550} | _NEEDS_AUTHENTICATION),
    "HELP": frozenset({211, 214, 502, 504}),
    "AUTH": frozenset({235, 334, 432, 454, 455, 503, 504, 534, 535, 538, 550, 554}),
}

KNOWN_CODES = EVERYWHERE.union(*LEGAL.values(), {211, 214, 220, 221, 354, 502, 525, 253, 458, 459})
"""Every code that RFC 5321, 4954, 7504, 5248 (525, user account disabled) or 1985 (253, 458, 459, of ETRN) knows."""

ENHANCED = {
    235: {"2.7.0"},
    432: {"4.7.12"},
    454: {"4.7.0"},
    530: {"5.7.0"},
    534: {"5.7.9"},
    535: {"5.7.8"},
    538: {"5.7.11"},
}
"""The enhanced codes that RFC 4954 section 6 gives to its replies."""

REGISTERED = frozenset(
    [
        "8BITMIME",
        "ATRN",
        "AUTH",
        "BINARYMIME",
        "BURL",
        "CHECKPOINT",
        "CHUNKING",
        "CONNEG",
        "CONPERM",
        "DELIVERBY",
        "DSN",
        "ENHANCEDSTATUSCODES",
        "ETRN",
        "EXPN",
        "FUTURERELEASE",
        "HELP",
        "LIMITS",
        "MT-PRIORITY",
        "MTRK",
        "NO-SOLICITING",
        "ONEX",
        "PIPELINING",
        "REQUIRETLS",
        "RRVS",
        "SAML",
        "SEND",
        "SIZE",
        "SMTPUTF8",
        "SOML",
        "STARTTLS",
        "SUBMITTER",
        "TURN",
        "UTF8SMTP",
        "VERB",
        "VRFY",
    ]
)
"""IANA's registry of service extensions; VRFY, a command of RFC 5321 itself, is often listed beside them."""

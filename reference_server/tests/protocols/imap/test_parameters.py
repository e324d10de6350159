"""BODYSTRUCTURE with decoded parameters: RFC 2231 as RFC 9051 7.5.2 wants it told."""

import pytest

from mailproof_server.protocols.imap.parameters import decoded

PART = b'("TEXT" "PLAIN" %b NIL NIL "7BIT" 1 1 NIL ("ATTACHMENT" %b) ("de" "en") NIL)'


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (b'("NAME*0" "a " "NAME*1" "b")', b'("NAME" "a b")'),
        (b'("NAME*" "utf-8\'\'a%20b")', b'("NAME" "a b")'),
        (b'("CHARSET" "x" "NAME*0*" "utf-8\'\'%C3%BC" "NAME*1" "x")', b'("CHARSET" "x" "NAME" {3}\r\n\xc3\xbcx)'),
        (b"(\"NAME*0*\" {13}\r\nutf-8''%22) ()", b'("NAME" "\\") (")'),
        (b'("NAME*1" "lost")', b'("NAME*1" "lost")'),
        (b'("A" "*" "B" "x*1")', b'("A" "*" "B" "x*1")'),
    ],
    ids=["continued", "charset", "non-ascii", "literal", "no-first-piece", "stars-in-values"],
)
def test_pieces_become_one_parameter(pieces: bytes, whole: bytes) -> None:
    assert decoded(PART % (pieces, pieces)) == PART % (whole, whole)
    nested = b'(%b%b "MIXED" %b NIL NIL NIL)' % (PART % (pieces, b"NIL"), PART % (b"NIL", pieces), pieces)
    assert decoded(nested) == nested.replace(pieces, whole)


def test_addresses_and_other_lists_stay() -> None:
    form = b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 ("d" "s*0" (("n*0" NIL "l*1" "h")) NIL) ("TEXT" "PLAIN") 1)'
    assert decoded(form) == form

"""The base subject that SORT and THREAD compare (RFC 5256 section 2.1, grammar in section 5).

Positions move over one string and nothing is copied before the end, so that a subject of a million `re:` costs one
walk. The grammar's words are matched without regard to case, as ABNF strings are.
"""

import re
from typing import Final

_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_BLOBS: Final = re.compile(r"(?:\[[^\[\]]*+\] *+)*+")
_LAST_BLOB: Final = re.compile(r"\[[^\[\]]*+\] *+")
_REFWD: Final = re.compile(r"(?:re|fwd?+) *+(?:\[[^\[\]]*+\] *+)?+:", re.IGNORECASE | re.ASCII)


def base_subject(text: str) -> tuple[str, bool]:
    """Extract the base subject of a decoded subject.

    Args:
        text: the Subject, unfolded and with its encoded-words decoded (the first half of step 1).

    Returns:
        The base subject, in the letters of the original, and whether the message "is considered to be a reply or
        forward": a subj-refwd, a "(fwd)" trailer or a "[fwd: ...]" wrapping was removed.
    """
    # (1) "Convert all tabs and continuations to space. Convert all multiple spaces to a single space."
    text = _BLANKS.sub(" ", text)
    start, end = 0, len(text)
    is_reply_or_forward = False
    while True:
        # (2) "Remove all trailing text of the subject that matches the subj-trailer ABNF; repeat".
        while end > start:
            if text[end - 1] == " ":
                end -= 1
            elif end - start >= 5 and text[end - 5 : end].lower() == "(fwd)":
                end -= 5
                is_reply_or_forward = True
            else:
                break
        # (3) to (5).
        start, removed = _skip_leaders(text, start, end)
        is_reply_or_forward |= removed
        # (6) "begins with the subj-fwd-hdr ABNF and ends with the subj-fwd-trl ABNF".
        if end - start < 6 or text[end - 1] != "]" or text[start : start + 5].lower() != "[fwd:":
            return text[start:end], is_reply_or_forward
        start, end = start + 5, end - 1
        is_reply_or_forward = True


def _skip_leaders(text: str, start: int, end: int) -> tuple[int, bool]:
    """Steps (3) to (5): the place where leaders and removable blobs end, and whether a subj-refwd was among them."""
    removed = False
    while start < end:
        if text[start] == " ":
            start += 1
            continue
        # A subj-refwd may follow any number of blobs, and none of the words it begins with is a bracket: it can only
        # stand where the run of blobs ends.
        after_blobs = _end_of(_BLOBS, text, start, end)
        refwd = _REFWD.match(text, after_blobs, end)
        if refwd:
            start, removed = refwd.end(), True
            continue
        # (4) "removing that prefix leaves a non-empty subj-base": the last blob stays when nothing follows it.
        if after_blobs < end:
            return after_blobs, removed
        while (after := _end_of(_LAST_BLOB, text, start, end)) < end:
            if after == start:
                break
            start = after
        return start, removed
    return start, removed


def _end_of(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    match = pattern.match(text, start, end)
    return match.end() if match else start

"""ContainsSubjectOrBodyStrings: one of the texts is in the subject or in the body."""

from mailproof_server.services.rules.condition import Condition, Test
from mailproof_server.services.rules.conditions.contains_body_strings import CONDITION as IN_BODY
from mailproof_server.services.rules.conditions.contains_subject_strings import CONDITION as IN_SUBJECT


def _read(value: object) -> Test:
    in_subject, in_body = IN_SUBJECT.read(value), IN_BODY.read(value)
    return lambda arrival: in_subject(arrival) or in_body(arrival)


CONDITION = Condition("ContainsSubjectOrBodyStrings", _read)

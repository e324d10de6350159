"""Enhanced status codes outside of any EHLO, RFC 2034 section 4; what every reply owes is checked by the monitors."""

import pytest

from mailproof_suites.case import ConnectSmtp, expect, needs, requirement

pytestmark = needs("smtp:ENHANCEDSTATUSCODES")


@requirement("RFC2034:4-1")
@pytest.mark.parametrize("command", ["NOOP", "RSET", "MAILPROOF", "QUIT"])
def test_codes_come_without_ehlo(connect_smtp: ConnectSmtp, command: str) -> None:
    """A client that has not said EHLO gets enhanced codes as well, of the class of the reply."""
    answer = connect_smtp(login=False).command(command, on_purpose=True)
    code = expect.given(answer.enhanced, f"an enhanced status code in {answer.line}")
    expect.equal(code[0], str(answer.code)[0], "class of the enhanced status code")

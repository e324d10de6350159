"""CAPABILITY, RFC 9051 section 6.1.1."""

from mailproof_suites.case import ConnectImap, ImapClient, expect, needs, requirement


@requirement("RFC9051:6.1.1-1", "RFC3501:6.1.1-1")
def test_one_untagged_response_comes_before_the_ok(connect_imap: ConnectImap) -> None:
    """One untagged CAPABILITY response comes before the OK, signed in or not."""
    client = connect_imap(login=False)
    with expect.step("before signing in"):
        _has_one_response(client)
    with expect.step("after signing in"):
        _has_one_response(connect_imap())


@requirement("RFC9051:6.1.1-2")
@needs("imap:IMAP4rev2")
def test_rev2_is_listed_whenever_it_is_asked_for(connect_imap: ConnectImap) -> None:
    """A server that speaks IMAP4rev2 says so before and after signing in."""
    expect.contains(connect_imap(login=False).refresh_capabilities(), "IMAP4REV2", "capabilities before signing in")
    expect.contains(connect_imap().refresh_capabilities(), "IMAP4REV2", "capabilities after signing in")


def _has_one_response(client: ImapClient) -> None:
    answer = client.command("CAPABILITY")
    expect.ok(answer)
    expect.equal(len(answer.named("CAPABILITY")), 1, "number of untagged CAPABILITY responses")

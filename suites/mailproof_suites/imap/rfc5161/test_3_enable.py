"""ENABLE, RFC 5161."""

from __future__ import annotations

from mailproof_suites.case import Account, Completion, ConnectImap, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import astring

pytestmark = needs("imap:ENABLE")


def enabled(answer: Completion) -> list[bytes]:
    """Names in the one ENABLED response, in capitals."""
    responses = answer.named("ENABLED")
    expect.equal(len(responses), 1, "ENABLED responses")
    return sorted(name.upper() for name in responses[0].data)


@requirement("RFC5161:3.1-1", "RFC5161:3.1-8", "RFC5161:3.1-9")
@needs("imap:CONDSTORE")
def test_what_is_known_is_enabled(imap: ImapClient) -> None:
    """Of a known and an unknown extension the known one is told, whatever its capitals."""
    answer = imap.command("ENABLE X-NO-SUCH-THING condstore")
    expect.ok(answer)
    expect.equal(enabled(answer), [b"CONDSTORE"], "names in ENABLED")


@requirement("RFC5161:3.1-1", "RFC5161:3.1-8", "RFC5161:3.1-9")
def test_nothing_known_is_an_empty_answer(imap: ImapClient) -> None:
    """ENABLE of unknown names is OK, with an ENABLED response that names nothing."""
    answer = imap.command("ENABLE X-NO-SUCH-THING Y-NEITHER")
    expect.ok(answer)
    expect.equal(enabled(answer), [], "names in ENABLED")


@requirement("RFC5161:3.1-2", "RFC9051:6.3.1-3")
def test_what_needs_no_enabling_is_passed_over(imap: ImapClient) -> None:
    """Extensions that are simply there are not told as enabled."""
    answer = imap.command("ENABLE IDLE MOVE UIDPLUS ENABLE IMAP4rev1")
    expect.ok(answer)
    expect.equal(enabled(answer), [], "names in ENABLED")


@requirement("RFC5161:3.1-3", "RFC5161:3.1-6", "RFC9051:6.3.1-4", "RFC9051:6.3.1-5")
@needs("imap:CONDSTORE", "imap:QRESYNC")
def test_a_second_enable_adds(imap: ImapClient, folder: str) -> None:
    """What the first enabled stays enabled, and the second tells of itself only."""
    expect.equal(enabled(imap.enable("CONDSTORE")), [b"CONDSTORE"], "the first", requirement="RFC5161:3.1-6")
    expect.equal(enabled(imap.enable("QRESYNC")), [b"QRESYNC"], "the second", requirement="RFC5161:3.1-6")
    expect.given(imap.select(folder).highest_modseq, "HIGHESTMODSEQ", requirement="RFC5161:3.1-3")


@requirement("RFC5161:3.1-6", "RFC9051:6.3.1-5")
@needs("imap:CONDSTORE")
def test_what_is_enabled_already_is_not_told_again(imap: ImapClient) -> None:
    """The second time the same extension is nothing that this ENABLE enabled."""
    imap.enable("CONDSTORE")
    expect.equal(
        [name for each in imap.enable("CONDSTORE").named("ENABLED") for name in each.data], [], "names in ENABLED"
    )


@requirement("RFC5161:3.1-4", "RFC9051:6.3.1-6")
def test_the_capabilities_stay_the_same(imap: ImapClient) -> None:
    """Whatever is enabled, CAPABILITY tells what it told before."""
    before = imap.refresh_capabilities()
    for name in ("CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "IMAP4rev2"):
        imap.enable(name)
        expect.equal(imap.refresh_capabilities(), before, f"capabilities after ENABLE {name}")


@requirement("RFC5161:3.1-5")
def test_strangers_enable_nothing(connect_imap: ConnectImap) -> None:
    """Before signing in ENABLE is refused."""
    answer = connect_imap(login=False).command("ENABLE CONDSTORE")
    expect.refused(answer)
    expect.equal(answer.named("ENABLED"), [], "ENABLED responses")


@requirement("RFC5161:3.1-7")
@needs("imap:QRESYNC")
def test_login_enable_and_select_at_once(connect_imap: ConnectImap, account: Account, folder: str) -> None:
    """Three commands sent without waiting: the SELECT already knows what was enabled."""
    client = connect_imap(login=False)
    client.transcript.secret(account.password)
    login = client.start("LOGIN", astring(account.address), astring(account.password))
    enable = client.start("ENABLE QRESYNC")
    select = client.start("SELECT", client.mailbox(folder), "(QRESYNC (1 1))")
    expect.ok(client.finish(login))
    expect.contains(enabled(client.finish(enable)), b"QRESYNC", "names in ENABLED")
    expect.ok(client.finish(select))

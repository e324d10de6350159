"""Guests of a folder: rights to own messages alone, sharing through groups, and what IMAP shows of profiles."""

from typing import Any

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.permission import Profile, Right
from mailproof_server.services.access_rules import AccessRule, Action, Effect
from tests.protocols.imap.conftest import PASSWORD

INBOX = '"Other Users/alice@example.test/INBOX"'
WORK = '"Other Users/alice@example.test/Work"'


def with_profile(converse: Any, profile: Profile, text: str) -> None:
    """Alice's inbox holds a message of hers, and Bob has this profile there."""

    async def scenario(world: Any) -> None:
        inbox = await world.folder_id(world.alice)
        await world.services.permissions.set_profile(world.alice, inbox, world.bob.id, profile)
        await world.deliver(b"a: 1\r\n\r\n")
        await world.script(text.replace("SHARED", INBOX))

    converse(scenario)


def test_an_author_changes_what_is_the_authors(converse: Any) -> None:
    with_profile(
        converse,
        Profile.AUTHOR,
        r"""
        b> 1 MYRIGHTS SHARED
        b< * MYRIGHTS … lri
        b< 1 OK …
        b> 2 APPEND SHARED (\Flagged) {4+}
        b> abcd
        b< 2 OK [APPENDUID … 2] …
        b> 3 SELECT SHARED
        b< ***
        b< * OK [PERMANENTFLAGS (\Answered \Flagged \Draft \Deleted \Seen \*)] …
        b< ***
        b< 3 OK [READ-WRITE] …
        b> 4 STORE 1:2 +FLAGS (\Deleted)
        b< * 1 FETCH (FLAGS (\Recent))
        b< * 2 FETCH (FLAGS (\Flagged \Deleted \Recent))
        b< 4 OK …
        b> 5 STORE 1 +FLAGS (\Deleted)
        b< 5 NO [NOPERM] …
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] …
        a> 2 STORE 1 +FLAGS.SILENT (\Deleted)
        a< 2 OK …
        b> 6 EXPUNGE
        b< * 2 EXPUNGE
        b< * 1 FETCH (UID 1 FLAGS (\Deleted \Recent))
        b< 6 OK …
        """,
    )


def test_a_reviewer_changes_nothing(converse: Any) -> None:
    with_profile(
        converse,
        Profile.REVIEWER,
        r"""
        b> 1 MYRIGHTS SHARED
        b< * MYRIGHTS … lr
        b< 1 OK …
        b> 2 SELECT SHARED
        b< ***
        b< 2 OK [READ-ONLY] …
        b> 3 STORE 1 +FLAGS (\Seen)
        b< 3 NO …
        b> 4 APPEND SHARED {4}
        b< 4 NO [NOPERM] …
        """,
    )


def test_a_contributor_puts_in_and_does_not_read(converse: Any) -> None:
    with_profile(
        converse,
        Profile.CONTRIBUTOR,
        r"""
        b> 1 LIST "" "Other Users/*"
        b< * LIST (\NonExistent \Noselect \HasChildren) "/" "Other Users/alice@example.test"
        b< * LIST (\Noselect \HasNoChildren) "/" "Other Users/alice@example.test/INBOX"
        b< 1 OK …
        b> 2 APPEND SHARED {4+}
        b> abcd
        b< 2 OK …
        b> 3 SELECT SHARED
        b< 3 NO [NOPERM] You have insufficient privileges to open this folder
        """,
    )


def test_an_editor_is_shown_the_letters_and_keeps_the_profile(converse: Any) -> None:
    """Giving the very letters that show changes nothing, whatever the profile; other letters say it anew."""

    async def scenario(world: Any) -> None:
        permissions, inbox = world.services.permissions, await world.folder_id(world.alice)

        async def profile() -> Profile:
            (entry,) = (await permissions.entries(world.alice, inbox))[2:]
            found: Profile = entry.profile
            return found

        for given, letters in [
            (Profile.EDITOR, "lrswited"),
            (Profile.AUTHOR, "lri"),
            (Profile.OWNER, "lrswikxteacd"),
        ]:
            await permissions.set_profile(world.alice, inbox, world.bob.id, given)
            await world.script(
                f"a> 1 GETACL INBOX\na< * ACL INBOX alice@example.test lrswipkxteacd bob@example.test {letters}\n"
                f"a< 1 OK …\na> 2 SETACL INBOX bob@example.test {letters}\na< 2 OK …"
            )
            assert await profile() is given
        await world.script("a> 3 SETACL INBOX bob@example.test lrswite\na< 3 OK …")
        assert await profile() is Profile.EDITOR
        await world.script("a> 4 SETACL INBOX bob@example.test -w\na< 4 OK …")
        assert await profile() is Profile.CUSTOM

    converse(scenario)


def test_a_folder_is_listed_once_the_root_is_visible(converse: Any) -> None:
    """FOLD-08. What IMAP itself makes visible is visible: RFC 4314 2.1, `l`: "mailbox is visible to LIST/LSUB"."""

    async def scenario(world: Any) -> None:
        await world.services.folders.create(world.alice, world.alice.account_id, "Work")
        work = await world.folder_id(world.alice, "Work")
        permissions = world.services.permissions
        await permissions.set_profile(world.alice, work, world.bob.id, Profile.REVIEWER)
        await world.script(
            f"""
            b> 1 LIST "" "Other Users/*"
            b< 1 OK …
            b> 2 MYRIGHTS {WORK}
            b< * MYRIGHTS … r
            b< 2 OK …
            b> 3 SUBSCRIBE {WORK}
            b< 3 NO [NONEXISTENT] …
            a> 1 SETACL Work bob@example.test lr
            a< 1 OK …
            b> 4 LIST "" "Other Users/*"
            b< * LIST (\\NonExistent \\Noselect \\HasChildren) "/" "Other Users/alice@example.test"
            b< * LIST (\\HasNoChildren) "/" {WORK}
            b< 4 OK …
            """
        )

    converse(scenario)


def test_leaving_a_group_ends_the_open_session_at_its_next_command(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        directory = world.services.directory
        staff = await directory.create_group("staff@example.test")
        await directory.add_member(staff.id, world.bob.id)
        inbox = await world.folder_id(world.alice)
        rights = Right.FOLDER_VISIBLE | Right.READ_ANY
        await world.services.permissions.set_grant(world.alice, inbox, staff.id, rights)
        await world.deliver(b"a: 1\r\n\r\n")
        await world.script(f"b> 1 SELECT {INBOX}\nb< ***\nb< 1 OK [READ-ONLY] …")
        await directory.remove_member(staff.id, world.bob.id)
        await world.script("b> 2 FETCH 1 BODY.PEEK[]\nb< 2 NO [NONEXISTENT] …\nb< * BYE …\nb< END")

    converse(scenario)


def test_a_session_that_idles_is_told_when_the_sharing_ends(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.share("INBOX", "lr")
        await world.script(f"b> 1 SELECT {INBOX}\nb< ***\nb< 1 OK [READ-ONLY] …\nb> 2 IDLE\nb< + …")
        await world.script('a> 1 SETACL INBOX bob@example.test ""\na< 1 OK …\nb< ***\nb< * BYE …\nb< END')

    converse(scenario)


def test_an_access_rule_ends_open_sessions_and_refuses_new_ones(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script("a> 1 SELECT INBOX\na< ***\na< 1 OK …\nb> 1 NOOP\nb< 1 OK …")
        rule = AccessRule(effect=Effect.DENY, actions=(Action.IMAP,), users=(world.alice.id,))
        await world.services.access_rules.put("no-imap", rule)
        await world.script("a< * BYE …\na< END")
        await world.script("b> 2 NOOP\nb< 2 OK …")
        await world.script(f"x> 1 LOGIN alice@example.test {PASSWORD}\nx< 1 NO [AUTHENTICATIONFAILED] …")
        await world.services.access_rules.remove("no-imap")
        await world.script(f"x> 2 LOGIN alice@example.test {PASSWORD}\nx< 2 OK …")

    converse(scenario)


def test_the_clients_copy_of_what_it_has_sent_replaces_the_servers(converse: Any) -> None:
    """MAIL-06: whoever looks at Sent Items sees one message, by the uid that APPEND has answered."""

    async def scenario(world: Any) -> None:
        mail = b"From: alice@example.test\r\nMessage-ID: <m1@client>\r\n\r\nx\r\n"
        envelope = SmtpEnvelope("alice@example.test", (EnvelopeRecipient("bob@example.test"),))
        await world.services.submission.submit(world.alice, envelope, mail)
        await world.script(
            r"""
            a> 1 SELECT "Sent Items"
            a< ***
            a< * 1 EXISTS
            a< ***
            a< 1 OK …
            a> 2 APPEND "Sent Items" (\Seen) {56+}
            a> From: alice@example.test
            a> Message-ID: <m1@client>
            a>
            a> x
            a>
            a< * 1 EXPUNGE
            a< * 1 EXISTS
            a< ***
            a< 2 OK [APPENDUID … 2] …
            """
        )

    converse(scenario)

"""What each profile lets a user, a member of a group, a member of a nested group and a hidden user do (FOLD-06..13)."""

import time

import pytest

from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, PermissionDenied
from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.model.permission import (
    PROFILE_RIGHTS,
    AccountPermission,
    Anyone,
    FreeBusyDetail,
    Grant,
    Profile,
    Right,
    free_busy_detail,
)
from mailproof_server.services.messages import EVERY_UID, Incoming
from mailproof_server.services.permissions import (
    CANNOT_OPEN,
    GRANTS_PER_FOLDER,
    identities,
    rights_of,
    rights_on_item,
)

MAIL = b"Subject: x\r\n\r\nx\r\n"
SEEN = Flags(Flag.SEEN)
NOT_MAIL = {Profile.FREE_BUSY_TIME, Profile.FREE_BUSY_DETAILS, Profile.CUSTOM}
PROFILES = [each for each in Profile if each not in NOT_MAIL]


@pytest.fixture
def alice(world):
    return world.user("alice")


@pytest.fixture(params=["user", "group", "nested group", "hidden user", "everybody"])
def guest(request, world, alice):
    """(who acts, who is granted)"""
    bob = world.user("bob", hidden=request.param == "hidden user")
    inner = world.group("inner", bob)
    outer = world.group("outer", inner)
    grantees = {"group": inner.id, "nested group": outer.id, "everybody": Anyone.DEFAULT}
    return bob, grantees.get(request.param, bob.id)


def allowed(world, call):
    try:
        world.run(call)
    except (PermissionDenied, FolderNotFound):
        return False
    return True


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_profile_lets_one_do(world, alice, guest, profile):
    """Each right by the operation it is for, on the inbox, which is shared as it is."""
    bob, grantee = guest
    services, inbox, rights = world.services, world.folder(alice), PROFILE_RIGHTS[profile]
    world.append(alice, inbox, MAIL, MAIL)
    world.run(services.permissions.set_profile(alice, inbox.id, grantee, profile))
    account = alice.account_id
    assert ("INBOX" in [each.folder.path for each in world.run(services.folders.list(bob, account))]) is (
        Right.FOLDER_VISIBLE in rights
    )
    assert allowed(world, services.folders.open(bob, account, "INBOX")) is (Right.FOLDER_VISIBLE in rights)
    reads = Right.READ_ANY in rights
    assert allowed(world, services.messages.data(bob, inbox.id, 1)) is reads
    created = allowed(world, services.messages.append(bob, inbox.id, [Incoming(MAIL, SEEN)]))
    assert created is (Right.CREATE in rights)
    makes = services.folders.create(bob, account, "INBOX/new")
    assert allowed(world, makes) is (Right.CREATE_SUBFOLDER in rights)

    def flag(uid):
        change = services.messages.set_flags(bob, inbox.id, [(uid, uid)], FlagAction.ADD, Flags(Flag.FLAGGED))
        return allowed(world, change)

    assert flag(1) is (reads and Right.EDIT_ANY in rights)
    if created:
        assert flag(3) is (reads and bool(rights & (Right.EDIT_ANY | Right.EDIT_OWNED)))
    for uid in (1, 3) if created else (1,):
        mine = services.messages.set_flags(alice, inbox.id, [(uid, uid)], FlagAction.ADD, Flags(Flag.DELETED))
        world.run(mine)
    gone = ()
    try:
        gone = world.run(services.messages.expunge(bob, inbox.id))
    except (PermissionDenied, FolderNotFound):
        assert not rights & (Right.DELETE_ANY | Right.DELETE_OWNED)
    expected = {1, 3} if Right.DELETE_ANY in rights else {3} if Right.DELETE_OWNED in rights else set()
    assert set(gone) == expected & ({1, 3} if created else {1})
    gives = services.permissions.set_grant(bob, inbox.id, Anyone.ANONYMOUS, Right.FOLDER_VISIBLE)
    assert allowed(world, gives) is (Right.FOLDER_OWNER in rights)


@pytest.mark.parametrize("profile", PROFILES)
def test_sharing_stops_at_once(world, alice, guest, profile):
    bob, grantee = guest
    inbox = world.folder(alice)
    world.append(alice, inbox, MAIL)
    world.run(world.services.permissions.set_profile(alice, inbox.id, grantee, profile))
    world.run(world.services.permissions.set_profile(alice, inbox.id, grantee, Profile.NONE))
    assert not allowed(world, world.services.messages.data(bob, inbox.id, 1))
    assert not allowed(world, world.services.messages.append(bob, inbox.id, [Incoming(MAIL)]))
    assert world.run(world.services.folders.shared_accounts(bob)) == []


def test_leaving_the_group_ends_the_sharing_at_once(world, alice):
    bob = world.user("bob")
    staff = world.group("staff", bob)
    inbox = world.folder(alice)
    world.run(world.services.permissions.set_profile(alice, inbox.id, staff.id, Profile.REVIEWER))
    assert allowed(world, world.services.messages.uids(bob, inbox.id))
    world.run(world.services.directory.remove_member(staff.id, bob.id))
    assert not allowed(world, world.services.messages.uids(bob, inbox.id))


def test_what_cannot_be_opened_is_refused_in_the_guides_words(world, alice):
    bob, inbox = world.user("bob"), world.folder(alice)
    world.run(world.services.permissions.set_profile(alice, inbox.id, bob.id, Profile.CONTRIBUTOR))
    with pytest.raises(PermissionDenied, match=CANNOT_OPEN):
        world.run(world.services.messages.uids(bob, inbox.id))


# -- folders that are not shared as they are (FOLD-08) ---------------------------------------------------------------


def seen(world, principal, owner):
    return [each.folder.path for each in world.run(world.services.folders.list(principal, owner.account_id))]


@pytest.mark.parametrize("role", [FolderRole.INBOX, FolderRole.CALENDAR, FolderRole.CONTACTS])
def test_inbox_calendar_and_contacts_are_shared_as_they_are(world, alice, role):
    bob, folder = world.user("bob"), world.role(alice, role)
    world.run(world.services.permissions.set_profile(alice, folder.id, bob.id, Profile.REVIEWER))
    assert seen(world, bob, alice) == [folder.path]
    assert [each.id for each in world.run(world.services.folders.shared_accounts(bob))] == [alice.id]


@pytest.mark.parametrize("role", [FolderRole.SENT, FolderRole.TASKS, None])
def test_other_folders_need_the_root_to_be_visible(world, alice, role):
    bob, permissions = world.user("bob"), world.services.permissions
    if role is None:
        folder = world.run(world.services.folders.create(alice, alice.account_id, "Work/Deep")).folder
    else:
        folder = world.role(alice, role)
    root = world.role(alice, FolderRole.ROOT)
    world.run(permissions.set_profile(alice, folder.id, bob.id, Profile.REVIEWER))
    assert seen(world, bob, alice) == []
    assert world.run(world.services.folders.shared_accounts(bob)) == []
    with pytest.raises(FolderNotFound):
        world.run(world.services.folders.open(bob, alice.account_id, folder.path))
    # What is granted holds all the same: only the way there is not shown.
    assert world.run(world.services.messages.uids(bob, folder.id)) == []
    world.run(permissions.set_grant(alice, root.id, bob.id, Right.FOLDER_VISIBLE))
    assert seen(world, bob, alice) == [folder.path]
    world.run(permissions.set_grant(alice, root.id, bob.id, None))
    assert seen(world, bob, alice) == []


def test_what_lies_below_a_shared_inbox_needs_no_root(world, alice):
    bob, permissions = world.user("bob"), world.services.permissions
    below = world.run(world.services.folders.create(alice, alice.account_id, "INBOX/Team")).folder
    world.run(permissions.set_profile(alice, below.id, bob.id, Profile.REVIEWER))
    assert seen(world, bob, alice) == []
    world.run(permissions.set_profile(alice, world.folder(alice).id, bob.id, Profile.REVIEWER))
    assert seen(world, bob, alice) == ["INBOX", "INBOX/Team"]
    world.run(world.services.folders.rename(alice, alice.account_id, "INBOX/Team", alice.account_id, "Team"))
    assert seen(world, bob, alice) == ["INBOX"]


def test_a_visible_root_shows_no_folder_by_itself(world, alice):
    bob = world.user("bob")
    root = world.role(alice, FolderRole.ROOT)
    world.run(world.services.permissions.set_grant(alice, root.id, bob.id, Right.FOLDER_VISIBLE))
    world.run(world.services.folders.create(alice, alice.account_id, "Private"))
    assert seen(world, bob, alice) == []


def test_revealing_makes_the_root_visible_where_that_is_needed(world, alice):
    bob, permissions = world.user("bob"), world.services.permissions
    work = world.run(world.services.folders.create(alice, alice.account_id, "Work")).folder
    root = world.role(alice, FolderRole.ROOT)
    look = Right.FOLDER_VISIBLE | Right.READ_ANY
    world.run(permissions.set_grant(alice, world.folder(alice).id, bob.id, look, reveal=True))
    world.run(permissions.set_grant(alice, work.id, bob.id, Right.READ_ANY, reveal=True))
    assert world.run(permissions.grants(alice, root.id))[1:] == []
    world.run(permissions.set_grant(alice, work.id, bob.id, look, reveal=True))
    assert world.run(permissions.grants(alice, root.id))[1:] == [Grant(bob.id, Right.FOLDER_VISIBLE)]
    assert seen(world, bob, alice) == ["INBOX", "Work"]


def test_full_access_shows_everything(world, alice):
    bob = world.user("bob")
    grant = world.services.delegation
    world.run(grant.grant(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    assert seen(world, bob, alice) == seen(world, alice, alice)
    inbox = world.folder(alice)
    world.run(world.services.permissions.set_grant(bob, inbox.id, Anyone.DEFAULT, Right.FOLDER_VISIBLE))
    world.append(bob, inbox, MAIL)
    world.run(grant.revoke(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    assert seen(world, bob, alice) == ["INBOX"]


# -- own items -------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(world, alice):
    """Alice's inbox with a message of hers, one of Bob's, one of Carol's; both are authors."""
    bob, carol, inbox = world.user("bob"), world.user("carol"), world.folder(alice)
    for each in (bob, carol):
        world.run(world.services.permissions.set_profile(alice, inbox.id, each.id, Profile.AUTHOR))
    for each in (alice, bob, carol):
        world.append(each, inbox, MAIL)
    return bob, carol, inbox


def flags(world, principal, folder):
    return {
        uid: Flag(system) for uid, system, _, _ in world.run(world.services.messages.flag_rows(principal, folder.id))
    }


@pytest.mark.parametrize("action", [FlagAction.ADD, FlagAction.SET])
def test_a_change_of_flags_reaches_as_far_as_the_own_items(world, alice, shared, action):
    bob, _, inbox = shared
    outcome = world.run(world.services.messages.set_flags(bob, inbox.id, EVERY_UID, action, SEEN))
    assert (outcome.changed, outcome.stale) == ((2,), ())
    assert flags(world, alice, inbox) == {1: Flag(0), 2: Flag.SEEN, 3: Flag(0)}
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.set_flags(bob, inbox.id, [(1, 1), (3, 3)], action, SEEN))


def test_a_change_reaches_others_items_as_far_as_rights_to_these_go(world, alice, shared):
    bob, _, inbox = shared
    rights = PROFILE_RIGHTS[Profile.AUTHOR] | Right.KEEP_SEEN
    world.run(world.services.permissions.set_grant(alice, inbox.id, bob.id, rights))
    both = Flags(Flag.SEEN | Flag.FLAGGED)
    outcome = world.run(world.services.messages.set_flags(bob, inbox.id, EVERY_UID, FlagAction.ADD, both))
    assert outcome.changed == (1, 2, 3)
    assert flags(world, alice, inbox) == {1: Flag.SEEN, 2: Flag.SEEN | Flag.FLAGGED, 3: Flag.SEEN}


def test_a_conditional_change_of_own_and_other_items(world, alice, shared):
    bob, _, inbox = shared
    rights = PROFILE_RIGHTS[Profile.AUTHOR] | Right.KEEP_SEEN
    world.run(world.services.permissions.set_grant(alice, inbox.id, bob.id, rights))
    modseqs = [row[3] for row in world.run(world.services.messages.flag_rows(alice, inbox.id))]
    change = world.services.messages.set_flags(bob, inbox.id, EVERY_UID, FlagAction.ADD, SEEN, modseqs[0])
    outcome = world.run(change)
    assert (outcome.changed, outcome.stale) == ((1,), (2, 3))


def test_expunging_takes_own_items_alone(world, alice, shared):
    bob, _, inbox = shared
    deleted = Flags(Flag.DELETED)
    world.run(world.services.messages.set_flags(alice, inbox.id, EVERY_UID, FlagAction.ADD, deleted))
    assert world.run(world.services.messages.expunge(bob, inbox.id, [(1, 1)])) == ()
    assert world.run(world.services.messages.expunge(bob, inbox.id)) == (2,)


def test_moving_away_needs_rights_to_each_item(world, alice, shared):
    bob, _, inbox = shared
    own = world.folder(bob)
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.move(bob, inbox.id, EVERY_UID, own.id))
    assert world.run(world.services.messages.uids(alice, inbox.id)) == [1, 2, 3]
    assert world.run(world.services.messages.move(bob, inbox.id, [(2, 2)], own.id)).source_uids == (2,)


def test_replacing_needs_rights_to_the_item(world, alice, shared):
    bob, _, inbox = shared
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.replace(bob, inbox.id, 1, inbox.id, Incoming(MAIL)))
    placement = world.run(world.services.messages.replace(bob, inbox.id, 2, inbox.id, Incoming(MAIL)))
    assert world.run(world.services.messages.uids(alice, inbox.id)) == [1, 3, *placement.uids]


def test_a_copy_is_the_copiers_own(world, alice, shared):
    bob, carol, inbox = shared
    transfer = world.run(world.services.messages.copy(carol, inbox.id, [(2, 2)], inbox.id))
    (uid,) = transfer.placement.uids
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.set_flags(bob, inbox.id, [(uid, uid)], FlagAction.ADD, SEEN))
    world.run(world.services.messages.set_flags(carol, inbox.id, [(uid, uid)], FlagAction.ADD, SEEN))


def test_rights_on_a_single_item(world, alice, shared):
    bob, carol, inbox = shared
    rows = world.run(world.services.messages.rows(alice, inbox.id))

    def held(principal, row):
        return world.run(world.store.read(lambda view: rights_on_item(view, principal, inbox, row.id)))

    for principal, own in ((bob, 1), (carol, 2)):
        for number, row in enumerate(rows):
            editable = Right.EDIT_ANY in held(principal, row)
            assert editable is (number == own)
    assert held(alice, rows[1]) == Right.everything()


# -- entries, replacing, calendars -----------------------------------------------------------------------------------


def test_entries_show_everybody_with_a_profile(world, alice):
    bob, inbox, permissions = world.user("bob", display_name="Bob B."), world.folder(alice), world.services.permissions
    staff = world.group("staff")
    rights = PROFILE_RIGHTS[Profile.REVIEWER] | Right.KEEP_SEEN
    world.run(permissions.set_profile(alice, inbox.id, bob.id, Profile.EDITOR))
    world.run(permissions.set_grant(alice, inbox.id, staff.id, rights))
    shown = [
        (each.grantee, each.address, each.display_name, each.profile)
        for each in world.run(permissions.entries(None, inbox.id))
    ]
    assert shown == [
        (Anyone.DEFAULT, "", "Default", Profile.NONE),
        (Anyone.ANONYMOUS, "", "Anonymous", Profile.NONE),
        (bob.id, "bob@example.test", "Bob B.", Profile.EDITOR),
        (staff.id, "staff@example.test", "", Profile.CUSTOM),
    ]
    with pytest.raises(PermissionDenied):
        world.run(permissions.entries(bob, inbox.id))


def test_grants_are_replaced_as_a_whole_or_not_at_all(world, alice):
    bob, carol = world.user("bob"), world.user("carol")
    inbox, permissions = world.folder(alice), world.services.permissions
    world.run(permissions.set_profile(alice, inbox.id, bob.id, Profile.EDITOR))
    wanted = [Grant(carol.id, Right(0x401)), Grant(Anyone.DEFAULT, Right(0x402))]
    world.run(permissions.replace(alice, inbox.id, wanted))
    held = world.run(permissions.grants(alice, inbox.id))[1:]
    assert sorted(held, key=str) == sorted(wanted, key=str)
    for wrong, refusal in [
        ([Grant(bob.id, Right(1)), Grant(bob.id, Right(2))], Invalid),
        ([Grant(bob.id, Right(1)), Grant(alice.id, Right(1))], Invalid),
        ([Grant(bob.id, Right(1)), Grant(999, Right(1))], NotFound),
    ]:
        with pytest.raises(refusal):
            world.run(permissions.replace(alice, inbox.id, wrong))
        assert world.run(permissions.grants(alice, inbox.id))[1:] == held


def test_everybody_sees_when_the_owner_of_a_calendar_is_busy_until_that_is_taken_away(world, alice):
    bob, calendar, permissions = world.user("bob"), world.role(alice, FolderRole.CALENDAR), world.services.permissions

    def detail():
        held = world.run(world.store.read(lambda view: rights_of(view, bob, calendar)))
        return free_busy_detail(held)

    assert detail() is FreeBusyDetail.TIME
    assert world.run(permissions.entries(alice, calendar.id))[0].profile is Profile.FREE_BUSY_TIME
    assert seen(world, bob, alice) == []
    world.run(permissions.set_profile(alice, calendar.id, Anyone.DEFAULT, Profile.NONE))
    assert detail() is FreeBusyDetail.NONE
    assert world.run(permissions.entries(alice, calendar.id))[0].profile is Profile.NONE
    world.run(permissions.set_profile(alice, calendar.id, bob.id, Profile.FREE_BUSY_DETAILS))
    assert detail() is FreeBusyDetail.DETAILS
    world.run(permissions.set_profile(alice, calendar.id, bob.id, Profile.NONE))
    world.run(permissions.set_grant(alice, calendar.id, Anyone.DEFAULT, None))
    assert detail() is FreeBusyDetail.TIME


def test_a_second_calendar_tells_nobody_anything(world, alice):
    bob = world.user("bob")
    made = world.services.folders.create(alice, alice.account_id, "Second", kind=FolderKind.CALENDAR)
    second = world.run(made).folder
    assert world.run(world.store.read(lambda view: rights_of(view, bob, second))) == Right(0)


def test_a_folder_is_shared_with_so_many_and_no_more(world, alice):
    inbox = world.folder(alice)

    def fill(transaction):
        for number in range(GRANTS_PER_FOLDER):
            transaction.set_grant(inbox.id, 1000 + number, Right.READ_ANY)

    world.run(world.store.write(fill))
    bob = world.user("bob")
    with pytest.raises(Invalid):
        world.run(world.services.permissions.set_grant(alice, inbox.id, bob.id, Right.READ_ANY))


# -- figures ---------------------------------------------------------------------------------------------------------


def test_a_permission_check_takes_at_most_20_microseconds(world, alice):
    """Warm, through nested groups, below the root: the fastest of some rounds, since machines are shared."""
    bob = world.user("bob")
    group = world.group("level0", bob)
    for level in range(1, 6):
        group = world.group(f"level{level}", group)
    folder = world.run(world.services.folders.create(alice, alice.account_id, "Work/Deep/Deeper")).folder
    world.run(world.services.permissions.set_grant(alice, folder.id, group.id, Right(0x401), reveal=True))

    def rounds(view):
        best = 1.0
        for _ in range(20):
            begun = time.perf_counter()
            for _ in range(200):
                rights_of(view, bob, folder)
            best = min(best, (time.perf_counter() - begun) / 200)
        assert rights_of(view, bob, folder) == Right(0x401)
        assert identities(view, bob) > {bob.id}
        return best

    assert world.run(world.store.read(rounds)) <= 20e-6

"""Permission profiles: names for sets of rights, whichever way these were given (FOLD-06, ews.md section 9)."""

from functools import reduce
from operator import or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.permission import (
    CALENDAR_PROFILES,
    PROFILE_RIGHTS,
    FreeBusyDetail,
    Profile,
    Right,
    free_busy_detail,
    implied,
    on_own,
    profile_of,
)
from mailproof_server.protocols.imap.rights import LETTERS, changed, letters_of
from mailproof_server.protocols.imap.rights import rights_of as rights_of_letters
from mailproof_server.services.permissions import rights_of_profile
from mailproof_server.wire.imap.acl import RightsMode

SOME_RIGHTS = st.lists(st.sampled_from(list(Right)), max_size=8).map(lambda bits: reduce(or_, bits, Right(0)))
BITS = [  # the table of MS-OXCPERM's bits by level
    (Profile.NONE, 0),
    (Profile.OWNER, 0x7FB),
    (Profile.PUBLISHING_EDITOR, 0x4FB),
    (Profile.EDITOR, 0x47B),
    (Profile.PUBLISHING_AUTHOR, 0x49B),
    (Profile.AUTHOR, 0x41B),
    (Profile.NONEDITING_AUTHOR, 0x413),
    (Profile.REVIEWER, 0x401),
    (Profile.CONTRIBUTOR, 0x402),
]


@pytest.mark.parametrize("kind", FolderKind)
@pytest.mark.parametrize(("profile", "bits"), BITS)
def test_rights_equal_to_a_profile_show_its_name(profile, bits, kind):
    assert profile_of(Right(bits), kind) is profile
    assert rights_of_profile(profile, kind) == Right(bits)


@pytest.mark.parametrize("extra", [Right.CREATE_SUBFOLDER, Right.FOLDER_CONTACT, Right.KEEP_SEEN, Right.EXPUNGE])
def test_finer_rights_make_it_custom(extra):
    assert profile_of(PROFILE_RIGHTS[Profile.REVIEWER] | extra) is Profile.CUSTOM


@pytest.mark.parametrize("bits", [0x800, 0x1000, 0x1800])
def test_free_busy_is_a_matter_of_calendars(bits):
    expected = Profile.FREE_BUSY_TIME if bits == 0x800 else Profile.FREE_BUSY_DETAILS
    assert profile_of(Right(bits), FolderKind.CALENDAR) is expected
    assert profile_of(Right(bits), FolderKind.MAIL) is Profile.CUSTOM
    assert profile_of(Right(bits) | Right(0x401), FolderKind.CALENDAR) is Profile.REVIEWER


def test_calendar_profiles_are_not_given_elsewhere():
    for profile in CALENDAR_PROFILES:
        assert rights_of_profile(profile, FolderKind.CALENDAR) == PROFILE_RIGHTS[profile]
        with pytest.raises(Invalid):
            rights_of_profile(profile, FolderKind.MAIL)
    with pytest.raises(Invalid):
        rights_of_profile(Profile.CUSTOM, FolderKind.CALENDAR)


@pytest.mark.parametrize(
    ("rights", "detail"),
    [
        (Right(0), FreeBusyDetail.NONE),
        (Right.FOLDER_VISIBLE, FreeBusyDetail.NONE),
        (Right.FREE_BUSY_SIMPLE, FreeBusyDetail.TIME),
        (Right.FREE_BUSY_DETAILED, FreeBusyDetail.DETAILS),
        (Right.READ_ANY, FreeBusyDetail.DETAILS),
    ],
)
def test_how_much_of_free_busy_is_told(rights, detail):
    assert free_busy_detail(rights) is detail


@given(SOME_RIGHTS)
def test_the_name_depends_on_what_the_rights_amount_to(rights):
    assert profile_of(rights) is profile_of(implied(rights)) is profile_of(rights | Right.POST)
    assert rights in implied(rights) in on_own(rights)
    profile = profile_of(rights)
    if profile is not Profile.CUSTOM:
        assert implied(PROFILE_RIGHTS[profile]) & ~Right.POST in implied(rights)


# -- IMAP's letters --------------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from(sorted(LETTERS))), SOME_RIGHTS)
def test_letters_that_are_given_are_letters_that_show(letters, held):
    """RFC 4314 3.1: the access rights become those given, whatever was held before."""
    shown = letters_of(implied(changed(held, letters, RightsMode.REPLACE))).decode().strip('"')
    assert set(shown) - set("cd") == letters


@given(SOME_RIGHTS)
def test_giving_the_letters_that_show_changes_nothing(held):
    letters = letters_of(implied(held)).decode().strip('"')
    assert changed(held, letters, RightsMode.REPLACE) == held


@given(SOME_RIGHTS, st.sets(st.sampled_from(sorted(LETTERS))))
def test_adding_and_taking_away_letters(held, letters):
    change = rights_of_letters(letters)
    more, less = changed(held, letters, RightsMode.ADD), changed(held, letters, RightsMode.REMOVE)
    assert implied(held) | change in implied(more)
    assert not implied(less) & change
    assert on_own(less) & change == on_own(on_own(less) & change) & change
    if {"w"} <= letters or {"s"} <= letters:
        assert not on_own(less) & change & (Right.KEEP_SEEN | Right.WRITE_FLAGS)
    if {"t"} <= letters or {"e"} <= letters:
        assert not on_own(less) & change & (Right.MARK_DELETED | Right.EXPUNGE)


@pytest.mark.parametrize(
    ("letters", "profile"),
    [
        ("lr", Profile.REVIEWER),
        ("li", Profile.CONTRIBUTOR),
        ("lrswite", Profile.EDITOR),
        ("lrswitek", Profile.PUBLISHING_EDITOR),
        ("lrswipkte", Profile.PUBLISHING_EDITOR),
        ("lrs", Profile.CUSTOM),
        ("", Profile.NONE),
    ],
)
def test_profiles_of_what_imap_has_granted(letters, profile):
    assert profile_of(rights_of_letters(letters)) is profile

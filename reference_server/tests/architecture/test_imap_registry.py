"""The folder is the registry: what the IMAP command files declare, and what is advertised because of them."""

import pkgutil

import pytest

from mailproof_server import registry
from mailproof_server.protocols.imap import commands
from mailproof_server.protocols.imap.capabilities import (
    BASE,
    NARROW,
    POST_AUTHENTICATION_HIDDEN,
    PRE_AUTHENTICATION,
    Capabilities,
)
from mailproof_server.protocols.imap.command import Command, State

DECLARED = registry.load(commands, Command)
BY_NAME = {each.name: each for each in DECLARED}
EVERYTHING = {*BASE, *(name for each in DECLARED for name in (*each.capabilities, *each.extra))}
FILES = [each.name for each in pkgutil.iter_modules(commands.__path__) if not each.name.startswith("_")]

# Which command makes each capability true; a capability without a row is one that somebody advertised by mistake.
BACKED_BY: dict[bytes, bytes] = {
    b"ACL": b"SETACL",
    b"APPENDLIMIT": b"APPEND",
    b"AUTH=PLAIN": b"AUTHENTICATE",
    b"BINARY": b"FETCH",
    b"CHILDREN": b"LIST",
    b"COMPRESS=DEFLATE": b"COMPRESS",
    b"CONDSTORE": b"STORE",
    b"CREATE-SPECIAL-USE": b"CREATE",
    b"ENABLE": b"ENABLE",
    b"ESEARCH": b"SEARCH",
    b"ESORT": b"SORT",
    b"ID": b"ID",
    b"IDLE": b"IDLE",
    b"LIST-EXTENDED": b"LIST",
    b"LIST-METADATA": b"LIST",
    b"LIST-MYRIGHTS": b"LIST",
    b"LIST-STATUS": b"LIST",
    b"METADATA": b"GETMETADATA",
    b"MOVE": b"MOVE",
    b"MULTIAPPEND": b"APPEND",
    b"NAMESPACE": b"NAMESPACE",
    b"NOTIFY": b"NOTIFY",
    b"OBJECTID": b"FETCH",
    b"PARTIAL": b"FETCH",
    b"PREVIEW": b"FETCH",
    b"QRESYNC": b"SELECT",
    b"QUOTA": b"GETQUOTA",
    b"QUOTA=RES-STORAGE": b"GETQUOTA",
    b"REPLACE": b"REPLACE",
    b"RIGHTS=texk": b"SETACL",
    b"SASL-IR": b"AUTHENTICATE",
    b"SAVEDATE": b"FETCH",
    b"SEARCHRES": b"SEARCH",
    b"SORT": b"SORT",
    b"SORT=DISPLAY": b"SORT",
    b"SPECIAL-USE": b"LIST",
    b"STATUS=SIZE": b"STATUS",
    b"THREAD=ORDEREDSUBJECT": b"THREAD",
    b"THREAD=REFERENCES": b"THREAD",
    b"UIDPLUS": b"EXPUNGE",
    b"UNSELECT": b"UNSELECT",
    b"UTF8=ACCEPT": b"ENABLE",
    b"WITHIN": b"SEARCH",
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_declares_the_command_it_is_named_after(name: str) -> None:
    module = __import__(f"{commands.__name__}.{name}", fromlist=["*"])
    [declared] = {each.name for each in vars(module).values() if isinstance(each, Command)}
    assert declared.decode("ascii").lower() == name
    assert module.__doc__, "a command file says which section it is"
    assert "RFC " in module.__doc__


def test_names_are_distinct() -> None:
    assert len(BY_NAME) == len(DECLARED) == len(FILES)


def test_every_capability_is_backed() -> None:
    assert EVERYTHING - set(BASE) == BACKED_BY.keys()
    for capability, command in BACKED_BY.items():
        declaration = BY_NAME[command]
        assert capability in (*declaration.capabilities, *declaration.extra), capability


@pytest.mark.parametrize("profile", NARROW)
def test_a_profile_narrows_and_never_adds(profile: str) -> None:
    full = Capabilities.build(DECLARED, "full", append_limit_bytes=1000)
    narrow = Capabilities.build(DECLARED, profile, append_limit_bytes=1000)
    assert narrow.active <= full.active
    wanted = NARROW[profile]
    if wanted is not None:
        assert narrow.active == wanted, "the profile names what there is not"
    assert set(narrow.before.split()) <= PRE_AUTHENTICATION
    assert not set(narrow.after.split()) & POST_AUTHENTICATION_HIDDEN
    assert set(narrow.before.split()) | set(narrow.after.split()) == narrow.active


@pytest.mark.parametrize("profile", NARROW)
def test_what_is_advertised_is_known(profile: str) -> None:
    built = Capabilities.build(DECLARED, profile, append_limit_bytes=1000)
    for each in DECLARED:
        advertised = set(each.capabilities) & built.active
        assert not each.capabilities or built.knows(each) is bool(advertised), each.name


def test_the_limit_of_append_is_told() -> None:
    built = Capabilities.build(DECLARED, "full", append_limit_bytes=12345)
    assert b"APPENDLIMIT=12345" in built.after.split()


def test_commands_with_message_numbers_hold_them() -> None:
    """RFC 9051 7.5.1 names FETCH, STORE and SEARCH; RFC 5256 3 adds SORT and THREAD."""
    assert {each.name for each in DECLARED if each.holds_numbers} == {b"FETCH", b"STORE", b"SEARCH", b"SORT", b"THREAD"}
    assert {each.name for each in DECLARED if each.uid} == {
        *(b"FETCH", b"STORE", b"SEARCH", b"SORT", b"THREAD"),
        *(b"COPY", b"MOVE", b"EXPUNGE", b"REPLACE"),
    }
    for each in DECLARED:
        if each.uid or each.holds_numbers:
            assert each.states == State.SELECTED

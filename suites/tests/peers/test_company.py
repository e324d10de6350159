"""Accounts, addresses, certificates and profiles of peers; no server is started."""

from __future__ import annotations

import ssl
from pathlib import Path

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import SPARES, Company, Person, made_up_company, profile
from mailproof_suites.targets import load_profile


def test_the_company_has_the_roles_that_cases_lease() -> None:
    company = made_up_company()
    assert {person.role for person in company.people if person.role} == {"alice", "bob", "carol", "dan", "grace"}
    assert [person.role for person in company.people].count("") == SPARES


def test_every_password_is_fresh_and_no_two_are_equal() -> None:
    first, second = made_up_company(), made_up_company()
    passwords = [person.password for person in (*first.people, *second.people)]
    assert len(set(passwords)) == len(passwords)


def test_an_alias_stands_for_its_owner_and_only_receives() -> None:
    company = Company(("x.test",), (Person("a@x.test", "pw", aliases=("b@x.test",)),), ())
    assert company.aliases() == {"postmaster@x.test": "a@x.test", "b@x.test": "a@x.test"}
    assert company.senders() == {"a@x.test": "a@x.test"}


def test_groups_hold_only_addresses_that_exist_here() -> None:
    company = made_up_company()
    known = {person.address for person in company.people} | {address for address, _ in company.groups}
    assert company.groups
    assert all(set(members) <= known for _, members in company.groups)
    assert "sales@example.test" in dict(company.groups)["all@example.test"], "a group within a group"


def test_the_profile_is_one_that_check_reads(tmp_path: Path) -> None:
    company = made_up_company()
    (tmp_path / "ca.pem").write_text("made up")
    path = tmp_path / "target.toml"
    path.write_text(profile("peer", "peerd 1.2-3", tmp_path / "ca.pem", {"imaps": 1993, "smtps": 1465}, company))
    target = load_profile(path)
    assert target.name == "peer"
    assert target.software == "peerd 1.2-3"
    assert str(target.imaps) == "localhost:1993"
    assert str(target.smtps) == "localhost:1465"
    assert [(a.address, a.password, a.role) for a in target.accounts] == [
        (person.address, person.password, person.role) for person in company.people
    ]


def test_the_leaf_is_trusted_through_the_ca_for_localhost(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.write()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(authority.chain, authority.key)
    asking = ssl.create_default_context(cafile=str(authority.ca))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = asking.wrap_bio(down, up, server_hostname="localhost")
    server = serving.wrap_bio(up, down, server_side=True)
    ended = 0
    for _ in range(4):
        ended = 0
        for side in (client, server):
            try:
                side.do_handshake()
                ended += 1
            except ssl.SSLWantReadError:
                pass  # the other side's turn
    assert ended == 2
    assert authority.key.stat().st_mode & 0o077 == 0, "the key is for root alone"

"""neomutt, fetchmail and offlineimap read what the reference server holds."""

from __future__ import annotations

import shutil

import pytest

from .conftest import Desk, Program, succeeded


def fill(desk: Desk, folder: str = "INBOX") -> None:
    """Two messages, one of them read."""
    with desk.imap() as imap:
        if folder != "INBOX":
            imap.create(folder)
        imap.append(folder, b"From: bob@example.test\r\nSubject: first\r\n\r\nOne.\r\n")
        imap.append(folder, b"From: bob@example.test\r\nSubject: second\r\n\r\nTwo.\r\n", [r"\Seen"])


def test_neomutt_opens_a_folder_and_marks_a_message(desk: Desk, program: Program) -> None:
    if shutil.which("script") is None:
        pytest.skip("script is not installed; on Debian: apt-get install bsdutils")
    fill(desk)
    account = desk.account
    (desk.home / "certificates").write_text("")
    lines = [
        f'set folder="imaps://localhost:{desk.imaps_port}/"',
        'set spoolfile="+INBOX"',
        f'set imap_user="{account.address}"',
        f'set imap_pass="{account.password}"',
        'set imap_authenticators="plain"',
        f'set ssl_ca_certificates_file="{desk.ca}"',
        f'set certificate_file="{desk.home}/certificates"',
        "set ssl_usesystemcerts=no",
        f'set header_cache="{desk.home}/cache"',
        "set quit=yes",
        "set confirmappend=no",
        "set timeout=5",
        'push "<first-entry><flag-message><sync-mailbox><quit>"',
    ]
    path = desk.write("muttrc", "\n".join(lines) + "\n")
    succeeded(desk.run(program("script"), "-qec", f"{program('neomutt')} -n -F {path}", "/dev/null"))
    with desk.imap() as imap:
        imap.examine("INBOX")
        assert imap.search("FLAGGED") == [1]


def test_fetchmail_delivers_every_message_and_deletes_it(desk: Desk, program: Program) -> None:
    fill(desk)
    sink = desk.home / "received"
    lines = [
        f"poll localhost protocol IMAP port {desk.imaps_port} auth password",
        f'user "{desk.account.address}" password "{desk.account.password}"',
        f'ssl sslproto "TLS1.2+" sslcertck sslcertfile "{desk.ca}" fetchall nokeep',
        f'mda "cat >> {sink}"',
    ]
    path = desk.write("fetchmailrc", "\n".join(lines) + "\n")
    succeeded(desk.run(program("fetchmail"), "--nosyslog", "--nodetach", "-d0", "-f", path))
    text = sink.read_text()
    assert "Subject: first" in text
    assert "Subject: second" in text
    with desk.imap() as imap:
        assert imap.examine("INBOX").exists == 0


def test_offlineimap_keeps_a_maildir_in_step(desk: Desk, program: Program) -> None:
    fill(desk)
    fill(desk, "Work/Reports")
    lines = [
        "[general]",
        "accounts = test",
        f"metadata = {desk.home}/metadata",
        "[Account test]",
        "localrepository = here",
        "remoterepository = there",
        "[Repository here]",
        "type = Maildir",
        f"localfolders = {desk.home}/mail",
        "[Repository there]",
        "type = IMAP",
        "remotehost = localhost",
        f"remoteport = {desk.imaps_port}",
        f"remoteuser = {desk.account.address}",
        f"remotepass = {desk.account.password}",
        "ssl = yes",
        f"sslcacertfile = {desk.ca}",
        "auth_mechanisms = PLAIN",
    ]
    path = desk.write("offlineimaprc", "\n".join(lines) + "\n")
    offlineimap = program("offlineimap")
    succeeded(desk.run(offlineimap, "-c", path, "-o", "-u", "quiet"))
    messages = sorted((desk.home / "mail").rglob("*,U=*"))
    assert len(messages) == 4
    (unread,) = [file for file in messages if "INBOX" in str(file) and "S" not in file.name.rpartition(":2,")[2]]
    unread.rename(unread.parent.parent / "cur" / (unread.name.rpartition(":2,")[0] + ":2,S"))
    succeeded(desk.run(offlineimap, "-c", path, "-o", "-u", "quiet"))
    with desk.imap() as imap:
        imap.examine("INBOX")
        assert imap.search("UNSEEN") == []

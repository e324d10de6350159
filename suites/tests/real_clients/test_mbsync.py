"""mbsync (isync) keeps a Maildir and the server in step: pull, change on both sides, push, and then nothing to do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailproof_fixtures.corpus import iter_messages
from mailproof_suites.clients.imap import ImapClient

from .conftest import Desk, Program, succeeded

FOLDERS = ("INBOX", "Work", "Work/Reports 2024", "Entwürfe & Ideen", "Archive")
_CONFIGURATION = """\
IMAPStore server
Host localhost
Port {port}
User {user}
Pass "{password}"
SSLType IMAPS
CertificateFile {ca}
AuthMechs PLAIN

MaildirStore disk
Path {home}/mail/
Inbox {home}/mail/INBOX
SubFolders Verbatim

Channel all
Far :server:
Near :disk:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
CopyArrivalDate yes
"""


class Mirror:
    """A Maildir beside an account, and looks at both."""

    def __init__(self, desk: Desk, mbsync: str) -> None:
        self.desk = desk
        self._mbsync = mbsync
        self.root = desk.home / "mail"
        self.root.mkdir()
        text = _CONFIGURATION.format(
            port=desk.imaps_port,
            user=desk.account.address,
            password=desk.account.password,
            ca=desk.ca,
            home=desk.home,
        )
        self._configuration = desk.write("mbsyncrc", text)

    def sync(self) -> None:
        done = self.desk.run(self._mbsync, "-c", self._configuration, "-a")
        assert "error" not in done.stderr.lower(), done.stderr
        succeeded(done)

    def files(self, folder: str) -> list[Path]:
        # mbsync keeps folder names in the modified UTF-7 of IMAP4rev1.
        place = self.root / folder.replace("Entwürfe & Ideen", "Entw&APw-rfe &- Ideen")
        return sorted(path for part in ("cur", "new") for path in (place / part).iterdir())

    def local(self) -> dict[str, list[tuple[str, int, str]]]:
        """Folder -> name, octets and flags of every message on disk."""
        return {
            folder: [(path.name, path.stat().st_size, path.name.partition(":2,")[2]) for path in self.files(folder)]
            for folder in FOLDERS
        }

    def remote(self, client: ImapClient) -> dict[str, list[tuple[int, frozenset[bytes]]]]:
        """Folder -> UID and flags of every message on the server."""
        seen = {}
        for folder in FOLDERS:
            exists = client.examine(folder).exists
            rows = client.fetch("1:*", "(UID FLAGS)").values() if exists else ()
            seen[folder] = [
                (int(row.uid or 0), frozenset(flag.lower() for flag in row.flags or ()) - {rb"\recent"}) for row in rows
            ]
        return seen

    def counters(self, client: ImapClient) -> dict[str, object]:
        """Folder -> what every change on the server would move."""
        items = "MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ"
        return {folder: dict(client.status(folder, items).items) for folder in FOLDERS}


@pytest.fixture
def mirror(desk: Desk, program: Program) -> Mirror:
    return Mirror(desk, program("mbsync"))


@pytest.fixture
def imap(mirror: Mirror) -> Iterator[ImapClient]:
    """A connection to an account with four messages in each of five folders."""
    with mirror.desk.imap() as client:
        # SMTP's and Maildir's limits are not the matter here: messages with NUL would be stored by neither.
        messages = [message.data for message in iter_messages() if b"\0" not in message.data and message.data]
        for number, folder in enumerate(FOLDERS):
            if not client.command("STATUS", client.mailbox(folder), "(MESSAGES)").ok:
                client.create(folder)
            for index in range(4):
                octets = re.sub(rb"\r?\n", b"\r\n", messages[4 * number + index])
                client.append(folder, octets, [r"\Seen"] if index == 1 else [])
        yield client


def folded(octets: bytes) -> bytes:
    """A message as a Maildir holds it: line feeds only, without the line that mbsync adds to find its own uploads."""
    return re.sub(rb"(?m)^X-TUID: [^\n]*\n", b"", octets.replace(b"\r\n", b"\n"))


def test_every_message_of_every_folder_is_pulled_unchanged(mirror: Mirror, imap: ImapClient) -> None:
    mirror.sync()
    for folder in FOLDERS:
        imap.examine(folder)
        there = sorted(folded(row.body or b"") for row in imap.fetch("1:*", "BODY.PEEK[]").values())
        here = sorted(folded(path.read_bytes()) for path in mirror.files(folder))
        assert len(here) == 4
        assert here == there
        assert [path.name.partition(":2,")[2] for path in mirror.files(folder)].count("S") == 1


def test_changes_of_both_sides_meet_twice_and_a_third_run_changes_nothing(mirror: Mirror, imap: ImapClient) -> None:
    mirror.sync()
    for turn in (1, 2):
        remove, flag = [path for path in mirror.files("Work") if ":2,FS" not in path.name][:2]
        remove.unlink()
        name = flag.name.partition(":2,")[0]
        flag.rename(flag.parent.parent / "cur" / f"{name}:2,FS")
        made = f"Subject: made here {turn}\nMessage-ID: <{turn}@here.test>\n\nHello.\n"
        (mirror.root / "Work" / "new" / f"{turn}.made.here").write_text(made)
        imap.select("Archive")
        imap.store(1, "+FLAGS", [r"\Answered"])
        imap.store(2, "+FLAGS", [r"\Deleted"])
        imap.expunge()
        imap.append("Archive", b"Subject: made there %d\r\n\r\nHello.\r\n" % turn)
        imap.unselect()

        mirror.sync()

        remote, local = mirror.remote(imap), mirror.local()
        assert len(remote["Work"]) == len(local["Work"]) == 4
        assert sum({rb"\flagged", rb"\seen"} <= flags for _, flags in remote["Work"]) == turn
        imap.examine("Work")
        assert len(imap.search("SUBJECT", f'"made here {turn}"')) == 1
        assert len(remote["Archive"]) == len(local["Archive"]) == 4
        assert any("R" in flags for _, _, flags in local["Archive"])
        assert any(f"made there {turn}" in path.read_text(errors="replace") for path in mirror.files("Archive"))

    before = mirror.remote(imap), mirror.counters(imap), mirror.local()
    mirror.sync()
    assert (mirror.remote(imap), mirror.counters(imap), mirror.local()) == before


def test_a_folder_made_here_comes_into_being_there(mirror: Mirror, imap: ImapClient) -> None:
    mirror.sync()
    for part in ("cur", "new", "tmp"):
        (mirror.root / "Projects" / "2025" / part).mkdir(parents=True)
    (mirror.root / "Projects" / "2025" / "new" / "1.made.here").write_text("Subject: first\n\nHello.\n")
    mirror.sync()
    assert imap.examine("Projects/2025").exists == 1


def test_a_wrong_password_is_told(mirror: Mirror) -> None:
    configuration = mirror.desk.home / "mbsyncrc"
    configuration.write_text(re.sub('Pass ".*"', 'Pass "wrong"', configuration.read_text()))
    done: subprocess.CompletedProcess[str] = mirror.desk.run("mbsync", "-c", configuration, "-a")
    assert done.returncode != 0
    assert "AUTHENTICATIONFAILED" in done.stderr or "rejected" in done.stderr.lower()

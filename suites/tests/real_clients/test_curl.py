"""curl reads over IMAPS and sends over SMTPS."""

from __future__ import annotations

import re
import subprocess

import pytest

from .conftest import Desk, Program, succeeded

MESSAGE = b"Subject: by curl\r\nMessage-ID: <curl@here.test>\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n.a line with a dot\r\n"


class Curl:
    """curl, with account and CA."""

    def __init__(self, desk: Desk, path: str) -> None:
        self.desk = desk
        self._path = path

    def run(self, *arguments: object, user: str = "", text: str = "") -> subprocess.CompletedProcess[str]:
        account = self.desk.account
        settings = f'user = "{user or account.address}:{account.password}"\n'
        configuration = self.desk.write("curlrc", settings)
        command = [self._path, "-q", "-sS", "-K", configuration, "--cacert", self.desk.ca, "--max-time", "30"]
        return self.desk.run(*command, *arguments, text=text)

    def imap(self, path: str, *arguments: object) -> str:
        url = f"imaps://localhost:{self.desk.imaps_port}/{path}"
        return succeeded(self.run("--login-options", "AUTH=PLAIN", url, *arguments))

    def send(self, sender: str, recipient: str, message: bytes) -> subprocess.CompletedProcess[str]:
        file = self.desk.home / "message.eml"
        file.write_bytes(message)
        url = f"smtps://localhost:{self.desk.smtps_port}/here.test"
        return self.run(url, "--mail-from", sender, "--mail-rcpt", recipient, "-T", file)


@pytest.fixture
def curl(desk: Desk, program: Program) -> Curl:
    return Curl(desk, program("curl"))


def test_it_reads_a_folder(curl: Curl) -> None:
    with curl.desk.imap() as imap:
        imap.append("INBOX", MESSAGE)
    assert "INBOX" in curl.imap("")
    assert re.search(r"\* 1 FETCH \(.*FLAGS", curl.imap("INBOX", "-X", "FETCH 1:* (FLAGS UID)"))
    assert curl.imap("INBOX;MAILINDEX=1").encode() == MESSAGE
    assert "* SEARCH 1" in curl.imap("INBOX?SUBJECT%20curl")


def test_it_signs_in_by_the_way_it_chooses(curl: Curl) -> None:
    assert "INBOX" in succeeded(curl.run(f"imaps://localhost:{curl.desk.imaps_port}/"))


def test_it_appends_a_message(curl: Curl) -> None:
    file = curl.desk.home / "message.eml"
    file.write_bytes(MESSAGE)
    curl.imap("INBOX", "-T", file)
    with curl.desk.imap() as imap:
        assert imap.examine("INBOX").exists == 1
        assert imap.fetch(1, "BODY.PEEK[]").only().body == MESSAGE


def test_it_sends_a_message_that_arrives(curl: Curl) -> None:
    own = curl.desk.account.address
    succeeded(curl.send(own, own, f"From: {own}\r\nTo: {own}\r\n".encode() + MESSAGE))
    with curl.desk.imap() as imap:
        assert imap.examine("INBOX").exists == 1
        body = imap.fetch(1, "BODY.PEEK[]").only().body or b""
        assert body.endswith(MESSAGE)


def test_it_is_told_that_a_recipient_does_not_exist(curl: Curl) -> None:
    own = curl.desk.account.address
    done = curl.send(own, "nobody-at-all@example.test", b"From: " + own.encode() + b"\r\n" + MESSAGE)
    assert done.returncode == 55  # CURLE_SEND_ERROR: "RCPT failed"
    assert "550" in done.stderr


def test_it_does_not_trust_the_server_without_the_ca(curl: Curl) -> None:
    done = curl.desk.run("curl", "-q", "-sS", f"imaps://localhost:{curl.desk.imaps_port}/")
    assert done.returncode == 60  # CURLE_PEER_FAILED_VERIFICATION


def test_a_wrong_user_is_refused(curl: Curl) -> None:
    url = f"imaps://localhost:{curl.desk.imaps_port}/INBOX"
    assert curl.run(url, user="nobody-at-all@example.test").returncode == 67  # CURLE_LOGIN_DENIED

"""msmtp and swaks send over SMTPS; an old TLS version is refused after it was truly offered."""

from __future__ import annotations

import subprocess

import pytest

from mailproof_suites.clients.tls_probe import control_server

from .conftest import Desk, Program, succeeded

_OLD_TLS = """\
openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = all
[all]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""
"""An OpenSSL configuration that lets a client offer TLS 1.0 and 1.1, which distributions forbid."""


def arrived(desk: Desk, subject: str) -> list[bytes]:
    """Bodies of the messages with this subject in the account's inbox."""
    with desk.imap() as imap:
        imap.examine("INBOX")
        found = imap.search("SUBJECT", f'"{subject}"')
        return [row.body or b"" for row in imap.fetch(found, "BODY.PEEK[]").values()] if found else []


def msmtp(desk: Desk, path: str, mechanism: str = "plain") -> list[object]:
    account = desk.account
    secret = desk.write("secret", account.password)
    return [
        *(path, "-C", desk.write("msmtprc", ""), "--host=localhost", f"--port={desk.smtps_port}"),
        *("--tls=on", "--tls-starttls=off", f"--tls-trust-file={desk.ca}", f"--auth={mechanism}"),
        *(f"--user={account.address}", f"--passwordeval=cat {secret}", f"--from={account.address}"),
    ]


@pytest.mark.parametrize("mechanism", ["plain", "login"])
def test_msmtp_sends(desk: Desk, program: Program, mechanism: str) -> None:
    own = desk.account.address
    text = f"From: {own}\nTo: {own}\nSubject: by msmtp\n\n.dots\n..and more\nGrüße\n"
    succeeded(desk.run(*msmtp(desk, program("msmtp"), mechanism), "--", own, text=text))
    (body,) = arrived(desk, "by msmtp")
    assert body.endswith("\r\n\r\n.dots\r\n..and more\r\nGrüße\r\n".encode())


def test_msmtp_is_told_what_the_server_offers(desk: Desk, program: Program) -> None:
    told = succeeded(desk.run(*msmtp(desk, program("msmtp")), "--serverinfo"))
    for capability in ("SIZE", "PIPELINING", "DSN", "AUTH", "PLAIN"):
        assert capability in told
    assert "STARTTLS" not in told


def test_msmtp_is_refused_with_a_wrong_password(desk: Desk, program: Program) -> None:
    command = [*msmtp(desk, program("msmtp")), "--passwordeval=echo wrong", "--", desk.account.address]
    done = desk.run(*command, text="Subject: x\n\nx\n")
    assert done.returncode == 77  # EX_NOPERM
    assert "535" in done.stderr


def swaks(desk: Desk, path: str, *arguments: object, port: int | None = None, old: bool = False) -> tuple[int, str]:
    """Exit status, and the session that it prints."""
    account = desk.account
    command = [
        *(path, "--server", "localhost", "--port", port or desk.smtps_port, "--tls-on-connect"),
        *("--from", account.address, "--to", account.address, "--auth-user", account.address),
        *("--auth-password", account.password, "--header", "Subject: by swaks"),
    ]
    environment = {"OPENSSL_CONF": str(desk.write("openssl.cnf", _OLD_TLS))} if old else {}
    done: subprocess.CompletedProcess[str] = desk.run(*command, *arguments, environment=environment)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def swaks_path(program: Program, desk: Desk) -> str:
    """swaks, with the Perl modules for TLS and AUTH."""
    path = program("swaks")
    told = desk.run(path, "--support")
    for feature in ("TLS supported", "Basic AUTH supported"):
        if feature not in told.stdout:
            pytest.skip(
                "swaks without Perl's TLS or SASL; on Debian: apt-get install libnet-ssleay-perl libauthen-sasl-perl"
            )
    return path


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("version", ["tlsv1_2", "tlsv1_3"])
def test_swaks_sends(desk: Desk, swaks_path: str, mechanism: str, version: str) -> None:
    trust = ("--tls-verify", "--tls-ca-path", desk.ca)
    status, session = swaks(desk, swaks_path, "--auth", mechanism, "--tls-protocol", version, *trust)
    assert status == 0, session
    assert f"TLS started with cipher {version.replace('tlsv', 'TLSv').replace('_', '.')}:" in session
    assert len(arrived(desk, "by swaks")) == 1


@pytest.mark.parametrize("version", ["tlsv1", "tlsv1_1"])
def test_swaks_is_refused_with_an_old_version_that_it_truly_offers(desk: Desk, swaks_path: str, version: str) -> None:
    """The control server takes what the reference server refuses: so the hello has left the client."""
    offer = ("--auth", "PLAIN", "--tls-protocol", version)
    with control_server() as control:
        _, session = swaks(desk, swaks_path, *offer, port=control.port, old=True)
    assert f"TLS started with cipher {version.replace('tlsv', 'TLSv').replace('_', '.')}:" in session
    status, session = swaks(desk, swaks_path, *offer, old=True)
    assert status == 29, session  # swaks: error in a TLS transaction
    assert "protocol version" in session, "alert 70, not a closed connection"
    assert arrived(desk, "by swaks") == []

"""`python -m mailproof_server` from the outside: ready file, stop, signals, kept stores, workers, mistakes."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

MESSAGE = b"From: alice@example.test\r\nTo: bob@example.test\r\nSubject: kept\r\n\r\nbody\r\n"


def test_the_ready_file_is_private_and_complete(serve, tmp_path: Path) -> None:
    served = serve()
    assert stat.S_IMODE((tmp_path / "ready0.toml").stat().st_mode) == 0o600
    assert served.profile["profile"] == 1
    assert {each["address"] for each in served.profile["accounts"]} == {"alice@example.test", "bob@example.test"}
    assert Path(served.profile["tls"]["ca_file"]).is_file()
    served.imap()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_ready_file_goes_with_the_server(serve, tmp_path: Path, workers: str) -> None:
    served = serve("--workers", workers)
    assert served.stop() == 0
    assert not (tmp_path / "ready0.toml").exists(), "it would name ports on which nobody listens"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_server_stops_when_whoever_started_it_is_gone(serve, workers: str) -> None:
    ours, theirs = os.pipe()
    served = serve("--workers", workers, "--lifeline", str(ours), lifeline=ours)
    os.close(ours)
    os.close(theirs)
    assert served.process.wait(timeout=20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(serve, number: int) -> None:
    served = serve()
    client = served.imap()
    assert served.stop(number) == 0
    assert b"BYE" in client.readline()
    assert not Path(served.profile["tls"]["ca_file"]).exists(), "the temporary store is removed"


def test_no_secret_reaches_the_output(serve) -> None:
    served = serve()
    served.imap()
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        served.imap(password="Wrong-Horse-1")
    served.stop()
    text = served.output.read_text("utf-8")
    assert served.account("alice")["password"] not in text
    assert "Wrong-Horse-1" not in text


def test_a_kept_store_keeps_mail_accounts_and_authority(serve, tmp_path: Path) -> None:
    options = ("--data", str(tmp_path / "kept"), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    first = serve(*options)
    assert first.imap().append("INBOX", "", "", MESSAGE)[0] == "OK"
    password = first.account("alice")["password"]
    authority = Path(first.profile["tls"]["ca_file"]).read_bytes()
    assert first.stop() == 0
    second = serve(*options)
    assert second.account("alice")["password"] == password
    assert Path(second.profile["tls"]["ca_file"]).read_bytes() == authority
    assert second.imap().select("INBOX")[1] == [b"1"]


def test_two_workers_share_ports_store_and_wake_ups(serve) -> None:
    served = serve("--workers", "2", "--metrics-port", "0")
    workers = _children(served)
    assert len(workers) == 2
    idlers = [served.imap() for _ in range(8)]
    for client in idlers:
        client.select("INBOX")
        client.send(b"i IDLE\r\n")
        assert client.readline().startswith(b"+ ")
    writer = served.imap()
    writer.append("INBOX", "", "", MESSAGE)
    started = time.monotonic()
    for client in idlers:
        line = client.readline()
        assert line == b"* 1 EXISTS\r\n"
    assert time.monotonic() - started < 0.2, "a change is seen by IDLE on another worker within 200 ms"


def test_a_dead_worker_is_replaced(serve) -> None:
    served = serve("--workers", "2")
    before = _children(served)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while len(set(_children(served)) - set(before)) < 1:
        assert time.monotonic() < deadline, "no new worker"
        time.sleep(0.02)
    served.imap().select("INBOX")
    assert served.stop() == 0


def test_workers_do_not_outlive_their_supervisor(serve) -> None:
    served = serve("--workers", "2")
    workers = _children(served)
    served.process.kill()
    served.process.wait(timeout=20)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "a worker lives on without its supervisor"
        time.sleep(0.02)


def test_metrics_and_health_answer_on_loopback(serve) -> None:
    served = serve("--metrics-port", "0", "--workers", "2")
    served.imap().append("INBOX", "", "", MESSAGE)
    served.imap().noop()
    url = next(word for word in served.output.read_text("utf-8").split() if word.startswith("http://127.0.0.1"))
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- it starts with http:
        text = answer.read().decode("utf-8")
    assert 'mailproof_imap_commands_total{command="NOOP",status="OK"} 1.0' in text
    batches = next(line for line in text.splitlines() if line.startswith("mailproof_store_batch_units_count"))
    assert float(batches.split()[1]) >= 1, "the commits of the workers are counted"
    with urllib.request.urlopen(url.replace("/metrics", "/healthz"), timeout=10) as answer:  # noqa: S310 -- likewise
        assert answer.read() == b"ok\n"


def test_hangup_takes_the_certificates_afresh(serve, tmp_path: Path) -> None:
    served = serve("--data", str(tmp_path / "kept"), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    folder = tmp_path / "kept" / "tls"
    before = _certificate(served)
    for name in ("cert.pem", "key.pem"):
        (folder / name).unlink()
    other = serve("--data", str(tmp_path / "other"), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    for name in ("cert.pem", "key.pem"):
        (folder / name).write_bytes((tmp_path / "other" / "tls" / name).read_bytes())
    served.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while _certificate(served) == before:
        assert time.monotonic() < deadline, "the old certificate is still served"
    assert _certificate(served) == _certificate(other)


def test_a_used_port_is_one_clear_line_and_status_2(organisation: Path, run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("--imaps-port", port, "--organisation", str(organisation))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port} (imaps): Address already in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('data = "x"\n[imap]\nline_octets = 3\n', "line_octets"),
        ("data = 3\n", "data"),
        ('data = "x"\nworkers = 0\n', "workers"),
        ("data = \n", "not TOML"),
        ('data = "x"\n[tls]\ncert_file = "c.pem"\n', "key_file"),
        ('data = "x"\n[tls]\ncert_file = "c.pem"\nkey_file = "k.pem"\n', "c.pem"),
        ('data = "x"\n[outbound]\nkind = "relay"\n', "host"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(tmp_path: Path, text: str, complaint: str, run) -> None:
    path = tmp_path / "mailproof.toml"
    path.write_text(text, encoding="utf-8")
    done = run("--config", str(path), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    assert done.returncode == 2
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_an_unknown_defect_is_refused_by_name(organisation: Path, run) -> None:
    done = run("--organisation", str(organisation), "--defect", "no_such_bug")
    assert done.returncode == 2
    assert "no_such_bug" in done.stderr


def _children(served) -> list[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(served.process.pid)], capture_output=True, check=False)
    return [int(each) for each in done.stdout.split()]


def _certificate(served) -> bytes | None:
    with (
        socket.create_connection(("localhost", served.profile["imaps"]["port"]), timeout=10) as plain,
        _untrusting(served).wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        return secure.getpeercert(binary_form=True)


def _untrusting(served):
    """The second certificate is from another test CA; only which one is served matters here."""
    context = served.context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_a_store_that_cannot_be_opened_is_one_clear_line(tmp_path: Path, organisation: Path, run) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "store.sqlite3").write_bytes(b"this is no database, and never was one" * 100)
    done = run(
        "--data",
        str(tmp_path / "kept"),
        "--imaps-port",
        "0",
        "--smtps-port",
        "0",
        "--https-port",
        "0",
        "--organisation",
        str(organisation),
    )
    assert done.returncode == 2
    assert "cannot open the store" in done.stderr
    assert "Traceback" not in done.stderr

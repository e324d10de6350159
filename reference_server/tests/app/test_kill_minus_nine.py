"""What was acknowledged over the wire survives `kill -9`: a storm of submissions and APPENDs, killed again and again.

MAILPROOF_KILL_ROUNDS sets how often (default 50); the moments are drawn from a seed that a failure names.
"""

import os
import random
import re
import signal
import smtplib
import ssl
import threading
import time
from imaplib import IMAP4_SSL
from pathlib import Path

ROUNDS = int(os.environ.get("MAILPROOF_KILL_ROUNDS", "50"))
SEED = 20_261_124
SENDERS, APPENDERS = 3, 3
LONGEST_STORM_S = 0.4
CONFIG = """
data = "store"
[listen]
imaps_port = 0
smtps_port = 0
[log]
level = "warning"
[limits]
login_hash_memory_kib = 8192
login_hash_time_cost = 1
"""


class Storm:
    """Threads that send until the server is gone; `acknowledged` holds the marks of what got its 250 or OK."""

    def __init__(self, served, round_number: int) -> None:
        self.served = served
        self.round_number = round_number
        self.acknowledged: set[str] = set()
        self.attempted: set[str] = set()
        self.lock = threading.Lock()
        workers = [self._submit] * SENDERS + [self._append] * APPENDERS
        self.threads = [
            threading.Thread(target=work, args=(number,), daemon=True) for number, work in enumerate(workers)
        ]

    def run_until_killed(self, after_s: float) -> None:
        for thread in self.threads:
            thread.start()
        time.sleep(after_s)  # the storm's length is what the test varies, not a wait for something
        self.served.process.send_signal(signal.SIGKILL)
        self.served.process.wait(timeout=20)
        for thread in self.threads:
            thread.join(timeout=20)
            assert not thread.is_alive()

    def _message(self, mark: str) -> bytes:
        with self.lock:
            self.attempted.add(mark)
        head = f"From: alice@example.test\r\nTo: bob@example.test\r\nSubject: storm\r\nX-Mark: {mark}\r\n\r\n"
        return head.encode("ascii") + b"x" * random.Random(mark).randrange(20_000) + b"\r\n"

    def _acknowledge(self, mark: str) -> None:
        with self.lock:
            self.acknowledged.add(mark)

    def _submit(self, number: int) -> None:
        try:
            account = self.served.account("alice")
            client = smtplib.SMTP_SSL(
                "localhost", self.served.profile["smtps"]["port"], context=self.served.context(), timeout=20
            )
            client.login(account["address"], account["password"])
            count = 0
            while True:
                mark = f"s{self.round_number}-{number}-{count}"
                refused = client.sendmail(account["address"], ["bob@example.test"], self._message(mark))
                assert not refused
                self._acknowledge(mark)
                count += 1
        except (OSError, smtplib.SMTPException):
            return  # the server was killed: what this storm is for

    def _append(self, number: int) -> None:
        try:
            client = self.served.imap("bob")
            count = 0
            while True:
                mark = f"a{self.round_number}-{number}-{count}"
                status, _ = client.append("INBOX", "", "", self._message(mark))
                assert status == "OK"
                self._acknowledge(mark)
                count += 1
        except (OSError, IMAP4_SSL.abort, IMAP4_SSL.error, ssl.SSLError):
            return  # likewise


def test_nothing_acknowledged_is_lost_or_doubled(serve, tmp_path: Path) -> None:
    config = tmp_path / "mailproof.toml"
    config.write_text(CONFIG, encoding="utf-8")
    moments = random.Random(SEED)
    seen: dict[str, int] = {}
    last_uid, last_modseq, storms = 0, 0, 0
    profile = None
    storm = None
    for round_number in range(ROUNDS + 1):
        served = serve("--config", str(config))
        if profile is None:
            profile = served.profile
        else:  # passwords are told once, at the first start
            served.profile["accounts"] = profile["accounts"]
        where = f"(seed {SEED}, storm {round_number - 1})"
        found, last_uid, modseq = _read(served, last_uid)
        assert modseq >= last_modseq, f"HIGHESTMODSEQ fell {where}"
        last_modseq = modseq
        for mark, uid in found:
            assert mark not in seen, f"{mark} stands under uids {seen[mark]} and {uid} {where}"
            seen[mark] = uid
        if storm is not None:
            missing = storm.acknowledged - seen.keys()
            assert not missing, f"acknowledged and lost: {sorted(missing)} {where}"
            assert {mark for mark, _ in found} <= storm.attempted
            storms += bool(storm.acknowledged)
        if round_number < ROUNDS:
            storm = Storm(served, round_number)
            storm.run_until_killed(0.05 + moments.random() * LONGEST_STORM_S)
    assert storms >= ROUNDS // 2, "most storms must have stored something, or the test shows nothing"


def _read(served, last_uid: int) -> tuple[list[tuple[str, int]], int, int]:
    """New marks with their uids, the last uid, and HIGHESTMODSEQ; uids rise strictly."""
    client = served.imap("bob")
    client.select("INBOX")
    modseq = int(client.response("HIGHESTMODSEQ")[1][0])
    _, data = client.uid("FETCH", f"{last_uid + 1}:*", "(UID BODY.PEEK[HEADER.FIELDS (X-MARK)])")
    found: list[tuple[str, int]] = []
    for item in data:
        if not isinstance(item, tuple):
            continue
        uid = int(re.search(rb"UID (\d+)", item[0])[1])
        if uid <= last_uid:
            continue  # `n:*` always names the last message (RFC 9051 6.4.9)
        found.append((item[1].split(b":", 1)[1].strip().decode("ascii"), uid))
    uids = [uid for _, uid in found]
    assert uids == sorted(set(uids)), "uids must rise"
    return found, max([last_uid, *uids]), modseq

"""Leaving a mailbox as it was: names that are ours alone, and the removal of what cases made.

Whatever a case makes carries a token: folders are called `mailproof-TOKEN…`, messages have the header
`X-Mailproof: TOKEN.n`. A token holds the minute of its making and a check digit, so that things left behind by a
killed run can be told from a user's own folder that happens to be called mailproof-something, and from those of a run
that is going on. A folder of ours that holds mail without our header is not removed: the run refuses to start.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable

from mailproof_suites.capabilities import open_imap, personal_namespace, refuse_account, sign_in
from mailproof_suites.clients.errors import ClientError, TlsRefused, UnexpectedReply, Unreachable
from mailproof_suites.clients.imap import ImapClient, decode_utf7
from mailproof_suites.targets import Account, ConfigError, Target
from mailproof_suites.targets.profile import ORDINARY_ROLES

HEADER = "X-Mailproof"
FOLDER = "mailproof-"
STALE_MINUTES = 120
"""Age at which a leftover cannot belong to a run that is still going on."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TIME_DIGITS, _RANDOM_DIGITS = 6, 6
_TOKEN = re.compile(rf"[0-9a-z]{{{_TIME_DIGITS + _RANDOM_DIGITS + 1}}}")


def new_token(now_s: float | None = None) -> str:
    """Thirteen characters: the minute of its making, six random ones, a check digit.

    Args:
        now_s: Unix time in seconds; now, unless given.
    """
    minute = int((time.time() if now_s is None else now_s) // 60)
    text = ""
    for _ in range(_TIME_DIGITS):
        minute, digit = divmod(minute, 36)
        text = _DIGITS[digit] + text
    text += "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM_DIGITS))
    return text + _check_digit(text)


def token_minute(name: str) -> int | None:
    """The minute in which a token was made, from a text that begins with it; None when it is no token of ours."""
    form = _TOKEN.match(name)
    if form is None or _check_digit(form[0][:-1]) != form[0][-1]:
        return None
    return int(form[0][:_TIME_DIGITS], 36)


def _check_digit(text: str) -> str:
    return _DIGITS[sum((place + 1) * _DIGITS.index(char) for place, char in enumerate(text)) % 36]


def is_leftover(name: str, now_s: float) -> bool:
    """True when a folder name or a header value carries a token that is too old for a run that is going on."""
    minute = token_minute(name.removeprefix(FOLDER))
    return minute is not None and now_s / 60 - minute >= STALE_MINUTES


def inspect_accounts(target: Target, *, workers: int, force: bool, clock: Callable[[], float] = time.time) -> None:
    """Sign in to each account that the run will use, and remove what older runs left there.

    Args:
        target: the target.
        workers: number of processes that will run cases.
        force: remove folders of ours even when they hold foreign mail.
        clock: Unix time, seconds.

    Raises ConfigError for a refused password, and for foreign mail in a folder with a name of ours; Unreachable and
    TlsRefused. A server that answers nonsense keeps its leftovers, and the cases will say what is wrong with it.
    """
    ordinary = [account for account in target.accounts if account.role in ORDINARY_ROLES]
    accounts = {account.address: account for account in [*target.primaries()[:workers], *ordinary]}
    for account in accounts.values():
        try:
            _inspect(target, account, now_s=clock(), force=force)
        except (Unreachable, TlsRefused):
            raise
        except ClientError:
            continue


def _inspect(target: Target, account: Account, *, now_s: float, force: bool) -> None:
    with open_imap(target) as client:
        try:
            sign_in(client, account)
        except UnexpectedReply as problem:
            refuse_account(target, account, problem)
        sweep(client, account, now_s=now_s, force=force)


def sweep(client: ImapClient, account: Account, *, now_s: float, force: bool) -> None:
    """Remove leftovers of older runs from one account. Raises ConfigError (see `inspect_accounts`)."""
    prefix, _ = personal_namespace(client)
    folders = [each.mailbox for each in client.list_mailboxes("", f"{prefix}{FOLDER}*")]
    names = {folder: decode_utf7(folder).removeprefix(prefix) for folder in folders}
    old = [folder for folder, name in names.items() if is_leftover(name, now_s)]
    if not force:
        for folder in old:
            if foreign := foreign_messages(client, folder):
                raise ConfigError(
                    f"{account}: folder {names[folder]!r} has a name of ours and holds {foreign} messages that we did"
                    f" not put there; move them away, or let them be deleted with --force"
                )
    remove_folders(client, old)
    client.select("INBOX")
    ours = client.search(f'HEADER {HEADER} ""', uid=True)
    if ours:
        fetched = client.fetch(ours, f"(UID BODY.PEEK[HEADER.FIELDS ({HEADER})])", uid=True)
        stale = [
            uid
            for uid, data in fetched.items()
            if is_leftover(_header_value(data[f"BODY[HEADER.FIELDS ({HEADER.upper()})]"]), now_s)
        ]
        remove_messages(client, stale)


def foreign_messages(client: ImapClient, folder: str | bytes) -> int:
    """How many messages of a folder lack our header."""
    try:
        selected = client.examine(folder)
    except UnexpectedReply:
        return 0  # not selectable: it holds no messages
    return len(client.search(f'NOT HEADER {HEADER} ""')) if selected.exists else 0


def remove_folders(client: ImapClient, folders: Iterable[str | bytes]) -> list[str]:
    """Delete folders, children before parents; what could not be deleted comes back as texts for a reader."""
    failed = []
    deselect(client)
    for folder in sorted(folders, key=len, reverse=True):
        client.command("UNSUBSCRIBE", client.mailbox(folder))  # a server may say NO where there is no subscription
        done = client.command("DELETE", client.mailbox(folder))
        if not done.ok and client.command("STATUS", client.mailbox(folder), "(MESSAGES)").ok:
            failed.append(f"folder {folder!r} could not be deleted: {done.line}")
    return failed


def remove_messages(client: ImapClient, uids: Iterable[int]) -> list[str]:
    """Delete messages of the selected folder and nothing else; what could not be done comes back as texts.

    Without UID EXPUNGE, a plain EXPUNGE would take along what the account's owner marked as deleted; then the
    messages are only marked, unless nothing else is.
    """
    numbers = list(uids)
    if not numbers:
        return []
    client.store(numbers, "+FLAGS.SILENT", ["\\Deleted"], uid=True)
    if "UIDPLUS" in client.capabilities or "IMAP4REV2" in client.capabilities:
        client.expunge(numbers)
    elif set(client.search("DELETED", uid=True)) <= set(numbers):
        client.expunge()
    else:
        return [f"{len(numbers)} messages of ours stay, marked as deleted: others are marked, too"]
    return []


def deselect(client: ImapClient) -> None:
    """Leave the selected folder without expunging it."""
    if client.command("UNSELECT").bad:
        # RFC 3501 section 6.3.1: a SELECT that fails leaves no mailbox selected.
        client.command("SELECT", client.mailbox(f"{FOLDER}none-{new_token()}"))


class Janitor:
    """Removes what cases made, over connections of its own, one per account, which no case sees.

    Args:
        target: the target.
        keep_open: keep a connection for the next case; false where the target counts connections.
    """

    def __init__(self, target: Target, *, keep_open: bool) -> None:
        self._target = target
        self._keep_open = keep_open
        self._clients: dict[str, ImapClient] = {}

    def clean(self, account: Account, token: str, folders: Iterable[str], *, inbox: bool, sent_mail: bool) -> list[str]:
        """Remove folders (with their children), and the messages that carry `token` from the inbox.

        Args:
            account: whose.
            token: of the case.
            folders: names that the case made or may have made.
            inbox: look for messages with our header in the inbox.
            sent_mail: look for the token anywhere in messages of the inbox, as in bounces of what the case sent.

        Returns texts about what could not be removed: a clean-up judges nobody.
        """
        try:
            client = self._client(account)
            told = self._clean(client, token, folders, inbox=inbox, sent_mail=sent_mail)
        except ClientError as problem:
            self._drop(account)
            return [f"cleaning up {account}: {problem}"]
        if not self._keep_open:
            self._drop(account)
        return told

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _client(self, account: Account) -> ImapClient:
        kept = self._clients.get(account.address)
        if kept is not None:
            try:
                kept.noop()
            except ClientError:
                self._drop(account)  # the server got tired of an idle connection
            else:
                return kept
        client = open_imap(self._target)
        self._clients[account.address] = client
        sign_in(client, account)
        return client

    def _drop(self, account: Account) -> None:
        if (client := self._clients.pop(account.address, None)) is not None:
            client.close()

    def _clean(
        self, client: ImapClient, token: str, folders: Iterable[str], *, inbox: bool, sent_mail: bool
    ) -> list[str]:
        told: list[str] = []
        found: dict[bytes, None] = {}
        for folder in folders:
            found.update(dict.fromkeys(each.mailbox for each in client.list_mailboxes("", f"{folder}*")))
        if found:
            told += remove_folders(client, found)
        if inbox or sent_mail:
            client.select("INBOX")
            criteria = f'HEADER {HEADER} "{token}"'
            if sent_mail:
                criteria = f'OR {criteria} TEXT "{token}"'
            told += remove_messages(client, client.search(criteria, uid=True))
            deselect(client)
        return told


def _header_value(field: bytes | None) -> str:
    return (field or b"").partition(b":")[2].strip().decode("ascii", "replace")

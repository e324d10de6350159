"""The fixtures of cases (suites/README.md, "Write a case")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailproof_suites.capabilities import Capabilities, needs_of
from mailproof_suites.case import Append, ConnectImap, ConnectSmtp, Deliver, MakeMessage, WaitFor
from mailproof_suites.casework import CASE, CaseWork
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.observer import Observer
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.context import CONTEXT, Context
from mailproof_suites.control.control import Control
from mailproof_suites.control.hook import Hook
from mailproof_suites.janitor import Janitor, foreign_messages, new_token
from mailproof_suites.messages import Post
from mailproof_suites.monitors import Collector, observers_for
from mailproof_suites.targets import Account, Target
from mailproof_suites.world import World


@pytest.fixture(scope="session")
def mailproof_context(request: pytest.FixtureRequest) -> Context:
    """The run, as this process sees it."""
    return request.config.stash[CONTEXT]


@pytest.fixture(scope="session")
def janitor(mailproof_context: Context) -> Iterator[Janitor]:
    """Cleans up after cases."""
    limited = mailproof_context.target.limits.connections_per_account > 0
    worker = Janitor(mailproof_context.target, keep_open=not limited)
    yield worker
    worker.close()


@pytest.fixture(scope="session")
def target(mailproof_context: Context) -> Target:
    """The profile of the server that is tested."""
    return mailproof_context.target


@pytest.fixture(scope="session")
def capabilities(mailproof_context: Context) -> Capabilities:
    """What the target advertised when the run began."""
    return mailproof_context.capabilities


@pytest.fixture(scope="session")
def corpus(mailproof_context: Context) -> Path | None:
    """The folder of extra messages (`--corpus DIR`), if one was given."""
    return mailproof_context.corpus


@pytest.fixture
def token() -> str:
    """A text that no other case and no other run uses."""
    return new_token()


def _work(request: pytest.FixtureRequest) -> CaseWork:
    work: CaseWork = request.node.stash[CASE]
    return work


@pytest.fixture
def transcript(request: pytest.FixtureRequest) -> Transcript:
    """The case's wire log."""
    return _work(request).transcript


@pytest.fixture
def collector(request: pytest.FixtureRequest) -> Collector:
    """Where the monitors of the case put what they saw."""
    return _work(request).collector


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    mailproof_context: Context,
    token: str,
    transcript: Transcript,
    collector: Collector,
    janitor: Janitor,
) -> Iterator[World]:
    """The case's accounts, connections and names (see `World`)."""

    def watchers(protocol: str) -> Sequence[Observer]:
        return observers_for(protocol, collector)

    made = World(mailproof_context, token, needs_of(request.node), transcript, watchers, janitor)
    yield made
    made.close()


@pytest.fixture(scope="session")
def control_hook(mailproof_context: Context) -> Iterator[Hook | None]:
    """This process's control program, if the profile names one."""
    hook = mailproof_context.control_hook()
    yield hook
    if hook is not None:
        hook.close()


@pytest.fixture
def control(control_hook: Hook | None, transcript: Transcript, token: str, target: Target) -> Iterator[Control]:
    """`control.call("user", "disable", address)`: the operator's work (see `Control`)."""
    made = Control(control_hook, transcript, token, target.accounts[0].address.rpartition("@")[2])
    yield made
    made.close()


@pytest.fixture
def account(world: World) -> Account:
    """The case's own account."""
    return world.lease()


@pytest.fixture
def connect_imap(world: World) -> ConnectImap:
    """`connect_imap(account=None, login=True, …)`: one more IMAP connection."""
    return world.connect_imap


@pytest.fixture
def connect_smtp(world: World) -> ConnectSmtp:
    """`connect_smtp(account=None, login=True, …)`: one more SMTP connection."""
    return world.connect_smtp


@pytest.fixture
def imap(world: World) -> ImapClient:
    """An IMAP connection, signed in to the case's own account."""
    return world.connect_imap()


@pytest.fixture
def imap2(world: World, imap: ImapClient) -> ImapClient:
    """A second connection to the same account."""
    del imap  # the first one is opened first, and named so in the transcript
    return world.connect_imap()


@pytest.fixture
def smtp(world: World) -> SmtpClient:
    """An SMTP connection, signed in to the case's own account."""
    return world.connect_smtp()


@pytest.fixture
def folder(world: World, imap: ImapClient) -> str:
    """A new, empty folder of the case's own, not selected; deleted afterwards, whatever happens."""
    name = world.folder_name()
    imap.create(name)
    return name


@pytest.fixture
def inbox(world: World, imap: ImapClient, mailproof_context: Context) -> str:
    """The name of the inbox, sure to hold no foreign mail; what the case puts there is removed afterwards.

    Skips where somebody's mail is in it, since a case may do anything there, unless the run has `--force`.
    """
    world.uses_inbox()
    if not mailproof_context.force and (foreign := foreign_messages(imap, "INBOX")):
        pytest.skip(
            f"the inbox of {world.lease()} holds {foreign} foreign messages; --force runs the case all the same"
        )
    return "INBOX"


@pytest.fixture
def post(world: World) -> Post:
    """Makes, stores, sends and awaits messages (see `Post`)."""
    return Post(world)


@pytest.fixture
def make_message(post: Post) -> MakeMessage:
    """`make_message(subject=…, headers={…}, body=…) -> bytes`."""
    return post.make_message


@pytest.fixture
def append(post: Post, imap: ImapClient) -> Append:
    """`append(folder, message=None, flags=(), date=None, client=imap) -> uid`."""

    def append_message(
        folder: str | bytes,
        message: bytes | None = None,
        flags: Sequence[str] = (),
        date: str | None = None,
        client: ImapClient | None = None,
    ) -> int:
        return post.append(client or imap, folder, message, flags, date)

    return append_message


@pytest.fixture
def deliver(post: Post) -> Deliver:
    """`deliver(message=None, to=…, sender=…) -> mark`: send by SMTP."""
    return post.deliver


@pytest.fixture
def wait_for(post: Post) -> WaitFor:
    """`wait_for(mark, account=…, folder="INBOX") -> uid`: wait for a delivery."""
    return post.wait_for

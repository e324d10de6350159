"""Rules and automatic replies on a target with ManageSieve (`[sieve]` of the profile): one script of the case's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import pytest

from mailproof_suites.case import Account, World, expect
from mailproof_suites.clients.sieve import Answer, SieveClient
from mailproof_suites.workmail.settings import Reply, Rule
from mailproof_suites.workmail.sieve_rules import Unsayable, script_of

_SCRIPT = "mailproof"


class SieveSettings:
    """By ManageSieve. Only the case's own account is given rules; its script goes at the end of the case."""

    makes_people = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._client: SieveClient | None = None
        self._before = ""
        self._rules: list[dict[str, Any]] = []
        self._reply: Reply = {}
        self._absences = 0

    def put_rules(self, owner: Account, rules: Sequence[Rule]) -> None:
        """A rule with the name of an earlier one replaces it."""
        for rule in rules:
            place = next((at for at, each in enumerate(self._rules) if each["name"] == rule["name"]), len(self._rules))
            at = rule.get("priority", 0) - 1
            if place < len(self._rules):
                self._rules[place] = dict(rule)
            else:
                self._rules.insert(at if at >= 0 else place, dict(rule))
        self._put(owner)

    def rules_refused(self, owner: Account, rules: Sequence[Rule]) -> str:
        """A script has other mistakes than a rule."""
        self._miss("being told what is wrong with a rule")

    def rules_of(self, owner: Account) -> list[dict[str, Any]]:
        """A server with Sieve tells no errors of rules."""
        self._miss("seeing what went wrong with a rule")

    def change_rules(self, verb: str, owner: Account, *names: str) -> None:
        """The whole script is put again."""
        if verb == "order":
            self._rules.sort(key=lambda each: names.index(each["name"]) if each["name"] in names else len(names))
        for each in list(self._rules):
            if each["name"] in names and verb == "remove":
                self._rules.remove(each)
            elif each["name"] in names and verb in ("enable", "disable"):
                each["enabled"] = verb == "enable"
        self._put(owner)

    def set_reply(self, owner: Account, reply: Reply) -> None:
        """A reply that is turned on has a handle of its own, so that everybody is answered anew."""
        if self._reply.get("state", "disabled") == "disabled":
            self._absences += 1
        self._reply = reply
        self._put(owner)

    def reply_refused(self, owner: Account, reply: Reply) -> str:
        """A schedule is a test like any other."""
        self._miss("being told what is wrong with a schedule")

    def close(self) -> None:
        """The script that was active before is active again."""
        if self._client is not None:
            self._client.set_active(self._before)
            self._client.delete_script(_SCRIPT)
            self._client.close()
            self._client = None

    def _put(self, owner: Account) -> None:
        if owner.address != self._world.lease().address:
            pytest.skip("needs rules of a second account, which other cases use")
        try:
            handle = f"{self._world.token}.{self._absences}"
            script = script_of(self._rules, self._reply, owner.address, self._trash(), handle)
        except Unsayable as problem:
            self._miss(str(problem))
        client = self._connected(owner)
        answer = client.put_script(_SCRIPT, script)
        if answer.status != "OK":
            self._judge(answer)
        client.set_active(_SCRIPT)

    def _judge(self, answer: Answer) -> NoReturn:
        """An extension that the server lacks is missed; anything else is its failure."""
        if "extension" in answer.text.lower() or "capability" in answer.text.lower():
            self._miss(" ".join(answer.text.split()))
        raise expect.fail("the script is taken (RFC 5804 section 2.6)", expected="OK", actual=answer.text)

    def _connected(self, owner: Account) -> SieveClient:
        if self._client is None:
            target = self._world.target
            assert target.sieve is not None
            self._client = SieveClient(
                target.sieve.host,
                target.sieve.port,
                ca_file=target.ca_path,
                timeout_s=target.timeout_s,
                implicit_tls=target.sieve.implicit_tls,
                transcript=self._world.transcript,
            )
            self._client.login(owner.address, owner.password)
            self._before = self._client.active_script()
        return self._client

    def _trash(self) -> str:
        client = self._world.connect_imap()
        try:
            found = [each.mailbox.decode() for each in client.list_mailboxes("", "*") if each.has(rb"\Trash")]
        finally:
            self._world.disconnect(client)
        return found[0] if found else "Trash"

    def _miss(self, what: str) -> NoReturn:
        pytest.skip(f"Sieve cannot say it; a WorkMail user would miss {what}")

"""The operator's commands on permissions, delegates, access rules, device rules, retention and events, by one batch."""

from typing import Any

import pytest

from .conftest import Serve
from .test_admin_batch import Batch, batch

__all__ = ["batch"]


@pytest.fixture
def people(batch: Batch) -> Batch:
    batch("domain", "add", "example.test")
    for name in ("alice", "bob"):
        batch("user", "add", f"{name}@example.test")
    batch("group", "add", "staff@example.test", "--member", "bob@example.test")
    return batch


def granted(batch: Batch, owner: str, folder: str) -> dict[str, tuple[str, int]]:
    return {each["grantee"]: (each["profile"], each["bits"]) for each in batch("permissions", "list", owner, folder)}


def test_folders_are_shared_by_profile_by_bits_and_by_name(people: Batch) -> None:
    owner = "alice@example.test"
    people("permissions", "set", owner, "INBOX", "bob@example.test", "publishingeditor")
    people("permissions", "set", owner, "INBOX", "staff@example.test", "0x41b")
    people("permissions", "set", owner, "INBOX", "default", "read-any,folder-visible")
    people("permissions", "set", owner, "INBOX", "anonymous", "create,edit-owned")
    assert granted(people, owner, "INBOX") == {
        "default": ("Reviewer", 0x401),
        "anonymous": ("Custom", 0xA),
        "bob@example.test": ("PublishingEditor", 0x4FB),
        "staff@example.test": ("Author", 0x41B),
    }
    people("permissions", "remove", owner, "INBOX", "bob@example.test")
    people("permissions", "set", owner, "INBOX", "default", "None")
    assert granted(people, owner, "INBOX")["default"] == ("None", 0)
    assert "bob@example.test" not in granted(people, owner, "INBOX")
    people("permissions", "set", owner, "Calendar", "bob@example.test", "FreeBusyTimeOnly")
    assert granted(people, owner, "Calendar")["bob@example.test"] == ("FreeBusyTimeOnly", 0x800)
    people("permissions", "set", owner, "Sent Items", "bob@example.test", "Reviewer", "--reveal")
    assert granted(people, owner, "/")["bob@example.test"] == ("Custom", 0x400)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("Nowhere", "bob@example.test", "Reviewer"), "FolderNotFound"),
        (("INBOX", "nobody@example.test", "Reviewer"), "NotFound"),
        (("INBOX", "alice@example.test", "Reviewer"), "Invalid"),
        (("INBOX", "bob@example.test", "Custom"), "Invalid"),
        (("INBOX", "bob@example.test", "FreeBusyTimeOnly"), "Invalid"),
        (("INBOX", "bob@example.test", "0xgg"), "Invalid"),
        (("INBOX", "bob@example.test", "0x8000000"), "Invalid"),
        (("INBOX", "bob@example.test", "fly"), "Invalid"),
    ],
)
def test_impossible_permissions_are_refused(people: Batch, arguments: tuple[str, ...], refusal: str) -> None:
    assert people.refusal("permissions", "set", "alice@example.test", *arguments)[0] == refusal


def test_send_as_for_a_group(people: Batch) -> None:
    people("grant", "add", "staff@example.test", "alice@example.test", "send-as")
    assert people("grant", "list", "staff@example.test") == [{"grantee": "alice@example.test", "permission": "send-as"}]
    refused = people.refusal("grant", "add", "staff@example.test", "alice@example.test", "full-access")
    assert refused[0] == "Invalid"
    people("grant", "remove", "staff@example.test", "alice@example.test", "send-as")
    assert people("grant", "list", "staff@example.test") == []


def test_delegates(people: Batch) -> None:
    pair = ("alice@example.test", "bob@example.test")
    people("delegates", "add", *pair, "--level", "calendar", "Editor", "--level", "inbox", "reviewer", "--copies")
    people("delegates", "update", *pair, "--private", "--level", "inbox", "None")
    (found,) = people("delegates", "list", "alice@example.test")
    assert found["delegate"] == "bob@example.test"
    assert (found["receives_copies"], found["views_private"]) == (True, True)
    assert (found["levels"]["calendar"], found["levels"]["inbox"]) == ("Editor", "None")
    assert granted(people, "alice@example.test", "Calendar")["bob@example.test"][0] == "Editor"
    assert people("delegates", "meeting-requests", "alice@example.test")["meeting_requests"] == "DelegatesAndMe"
    people("delegates", "meeting-requests", "alice@example.test", "DelegatesOnly")
    assert people("delegates", "meeting-requests", "alice@example.test")["meeting_requests"] == "DelegatesOnly"
    people("delegates", "remove", *pair)
    assert people("delegates", "list", "alice@example.test") == []
    assert people.refusal("delegates", "remove", *pair)[0] == "NotFound"


def effect(batch: Batch, *arguments: str) -> Any:
    return batch(*arguments)["effect"]


def test_access_rules(people: Batch) -> None:
    assert [each["name"] for each in people("access", "list")] == ["Default"]
    told = people(
        "access",
        "put",
        "no-imap",
        "DENY",
        "--action",
        "imap",
        "--user",
        "bob@example.test",
        "--ip-range",
        "192.0.2.0/24",
    )
    assert told["warnings"] == []
    (rule,) = [each for each in people("access", "list") if each["name"] == "no-imap"]
    assert (rule["effect"], rule["actions"], rule["users"]) == ("DENY", ["IMAP"], ["bob@example.test"])
    assert effect(people, "access", "test", "IMAP", "192.0.2.9", "bob@example.test") == "DENY"
    assert effect(people, "access", "test", "IMAP", "192.0.2.9", "alice@example.test") == "ALLOW"
    assert effect(people, "access", "test", "SMTP", "192.0.2.9", "bob@example.test") == "ALLOW"
    assert people("access", "put", "outlook", "allow", "--action", "WindowsOutlook")["warnings"] != []
    for name in ("Default", "no-imap", "outlook"):
        last = people("access", "remove", name)
    assert last["warnings"] == ["There is no rule: nobody can come in"]
    assert effect(people, "access", "test", "EWS", "192.0.2.9", "alice@example.test") == "DENY"
    assert people.refusal("access", "remove", "outlook")[0] == "NotFound"
    assert people.refusal("access", "put", "x", "ALLOW", "--ip-range", "::/0")[0] == "Invalid"


def test_device_rules(people: Batch) -> None:
    people("devices", "put", "no-android", "DENY", "--type", "Android", "--not-system", "Android 9")
    android = ("devices", "test", "--type", "android", "--system", "Android 8")
    assert effect(people, *android) == "DENY"
    assert effect(people, "devices", "test", "--type", "iPhone") == "ALLOW"
    people("devices", "override", "bob@example.test", "abc1", "allow", "--description", "his")
    assert effect(people, *android, "--user", "bob@example.test", "--device-id", "ABC1") == "ALLOW"
    (override,) = people("devices", "overrides", "bob@example.test")
    assert (override["name"], override["effect"], override["description"]) == ("ABC1", "ALLOW", "his")
    people("devices", "override", "bob@example.test", "ABC1", "none")
    assert people("devices", "overrides", "bob@example.test") == []
    people("devices", "remove", "no-android")
    assert [each["name"] for each in people("devices", "list")] == ["Default"]


def test_retention(people: Batch) -> None:
    assert people("retention", "show")["is_on"] is False
    people("retention", "set", "deleted_items", "permanently_delete", "--days", "30")
    people("retention", "set", "JUNK_EMAIL", "DELETE", "--days", "7")
    shown = people("retention", "show")
    assert shown["is_on"] is True
    assert shown["folders"] == {
        "DELETED_ITEMS": {"action": "PERMANENTLY_DELETE", "days": 30},
        "JUNK_EMAIL": {"action": "DELETE", "days": 7},
    }
    assert people("retention", "run") == {"count": 0}
    people("retention", "off")
    assert people("retention", "show")["is_on"] is False


def test_what_a_server_did_is_in_the_event_log(serve: Serve, tmp_path: Any) -> None:
    served = serve("--data", str(tmp_path / "kept"))
    client = served.imap("alice")
    client.logout()
    served.stop()
    running = Batch(tmp_path / "kept")
    try:
        found = running("events", "list", "--event", "authentication", "--address", "alice@example.test")
        assert [(each["protocol"], each["result"]) for each in found] == [("IMAP", "SUCCESS")]
        assert running("events", "list", "--address", "nobody@example.test") == []
        assert running("events", "list", "--since", "2999-01-01") == []
    finally:
        assert running.end() == 0

"""Folder operations over SOAP: shapes, ids, kinds, deletion, permissions, synchronisation."""

from typing import Any

import pytest

DEFAULT = "<m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>"
ID_ONLY = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
ALL = "<m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>"


def distinguished(*names: str) -> str:
    return "".join(f'<t:DistinguishedFolderId Id="{name}"/>' for name in names)


def get(ids: str, shape: str = DEFAULT) -> str:
    return f"<m:GetFolder>{shape}<m:FolderIds>{ids}</m:FolderIds></m:GetFolder>"


def create(ask: Any, name: str, parent: str = "msgfolderroot", kind: str = "Folder", **options: Any) -> Any:
    given = distinguished(parent) if "<" not in parent else parent
    return ask(
        f"<m:CreateFolder><m:ParentFolderId>{given}</m:ParentFolderId><m:Folders><t:{kind}>"
        f"<t:DisplayName>{name}</t:DisplayName></t:{kind}></m:Folders></m:CreateFolder>",
        **options,
    )


def folder_id(answer: Any) -> str:
    found = answer.one("//t:FolderId")
    return f'<t:FolderId Id="{found.get("Id")}" ChangeKey="{found.get("ChangeKey")}"/>'


def sync(ask: Any, state: str | None = None) -> Any:
    told = "" if state is None else f"<m:SyncState>{state}</m:SyncState>"
    return ask(f"<m:SyncFolderHierarchy>{DEFAULT}{told}</m:SyncFolderHierarchy>")


def test_distinguished_folders_have_their_elements_and_default_properties(ask: Any) -> None:
    answer = ask(get(distinguished("inbox", "calendar", "contacts", "tasks", "notes", "msgfolderroot")))
    assert answer.codes == ["NoError"] * 6
    assert [each.tag.rpartition("}")[2] for each in answer.all("//m:Folders/*")] == [
        "Folder", "CalendarFolder", "ContactsFolder", "TasksFolder", "Folder", "Folder",
    ]  # fmt: skip
    first = answer.all("//m:Folders/*")[0]
    assert [each.tag.rpartition("}")[2] for each in first] == [
        "FolderId", "DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount",
    ]  # fmt: skip
    assert not answer.all("//t:CalendarFolder/t:UnreadCount")
    assert answer.texts("//t:DisplayName")[-1] == "Top of Information Store"


def test_each_folder_is_answered_for_itself(ask: Any) -> None:
    answer = ask(get(distinguished("inbox", "journal") + '<t:FolderId Id="AAAA"/><t:FolderId Id=""/>', ID_ONLY))
    assert answer.codes == ["NoError", "ErrorFolderNotFound", "ErrorInvalidIdMalformed", "ErrorInvalidIdEmpty"]
    assert answer.status == 200


@pytest.mark.parametrize(
    "body",
    [
        get(distinguished("inbox"), ""),
        get(distinguished("inbox"), "<m:FolderShape><t:BaseShape>Some</t:BaseShape></m:FolderShape>"),
        get(""),
    ],
    ids=["no shape", "unknown shape", "no ids"],
)
def test_a_request_without_its_parts_is_a_fault(ask: Any, body: str) -> None:
    answer = ask(body)
    assert (answer.status, answer.codes) == (500, ["ErrorSchemaValidation"])


def test_properties_beyond_the_shape_are_added_in_the_order_of_the_schema(ask: Any) -> None:
    shape = (
        "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
        '<t:FieldURI FieldURI="folder:EffectiveRights"/><t:FieldURI FieldURI="folder:FolderClass"/>'
        '<t:ExtendedFieldURI PropertyTag="13843" PropertyType="String"/></t:AdditionalProperties></m:FolderShape>'
    )
    answer = ask(get(distinguished("calendar"), shape))
    assert [each.tag.rpartition("}")[2] for each in answer.one("//t:CalendarFolder")] == [
        "FolderId", "FolderClass", "ExtendedProperty", "EffectiveRights",
    ]  # fmt: skip
    assert answer.text("//t:ExtendedProperty/t:Value") == "IPF.Appointment"
    assert answer.one("//t:ExtendedFieldURI").get("PropertyTag") == "0x3613"
    unknown = shape.replace("folder:FolderClass", "item:Subject")
    assert ask(get(distinguished("calendar"), unknown)).codes == ["ErrorInvalidPropertyRequest"]


def test_folders_of_every_kind_are_made_and_found(ask: Any) -> None:
    for kind in ("Folder", "CalendarFolder", "ContactsFolder", "TasksFolder"):
        assert create(ask, f"New {kind}", kind=kind).codes == ["NoError"]
    answer = ask(
        f'<m:FindFolder Traversal="Shallow">{ALL}<m:Restriction><t:Contains ContainmentMode="Prefixed"'
        ' ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="folder:DisplayName"/><t:Constant Value="new"/>'
        "</t:Contains></m:Restriction><m:ParentFolderIds>"
        + distinguished("msgfolderroot")
        + "</m:ParentFolderIds></m:FindFolder>"
    )
    assert sorted(answer.texts("//t:FolderClass")) == ["IPF.Appointment", "IPF.Contact", "IPF.Note", "IPF.Task"]
    assert answer.one("//m:RootFolder").get("TotalItemsInView") == "4"
    assert answer.one("//m:RootFolder").get("IncludesLastItemInRange") == "true"


def test_pages_of_folders(ask: Any) -> None:
    for number in range(5):
        create(ask, f"F{number}", "inbox")
    seen: list[str] = []
    offset = "0"
    for _ in range(3):
        answer = ask(
            f'<m:FindFolder Traversal="Shallow">{DEFAULT}<m:IndexedPageFolderView MaxEntriesReturned="2"'
            f' Offset="{offset}" BasePoint="Beginning"/><m:ParentFolderIds>{distinguished("inbox")}'
            "</m:ParentFolderIds></m:FindFolder>"
        )
        seen += answer.texts("//t:DisplayName")
        offset = answer.one("//m:RootFolder").get("IndexedPagingOffset")
    assert seen == ["F0", "F1", "F2", "F3", "F4"]
    assert answer.one("//m:RootFolder").get("IncludesLastItemInRange") == "true"


@pytest.mark.parametrize(
    ("name", "parent", "code"),
    [
        ("Twice", "msgfolderroot", "ErrorFolderExists"),
        ("", "msgfolderroot", "ErrorFolderSave"),
        ("a/b", "msgfolderroot", "ErrorInvalidArgument"),
        ("New", '<t:FolderId Id="AQAAAAAAAAABAAAD6A=="/>', "ErrorFolderNotFound"),
    ],
)
def test_folders_that_cannot_be_made(ask: Any, name: str, parent: str, code: str) -> None:
    create(ask, "Twice")
    assert create(ask, name, parent).codes == [code]


def test_a_folder_is_renamed_with_its_change_key_alone(ask: Any) -> None:
    given = folder_id(create(ask, "Old"))

    def rename(given: str) -> Any:
        return ask(
            f"<m:UpdateFolder><m:FolderChanges><t:FolderChange>{given}<t:Updates><t:SetFolderField>"
            '<t:FieldURI FieldURI="folder:DisplayName"/><t:Folder><t:DisplayName>New</t:DisplayName></t:Folder>'
            "</t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>"
        )

    without = given.partition(" ChangeKey")[0] + "/>"
    assert rename(without).codes == ["ErrorChangeKeyRequired"]
    renamed = rename(given)
    assert renamed.codes == ["NoError"]
    assert rename(given).codes == ["ErrorStaleObject"]
    assert ask(get(folder_id(renamed))).text("//t:DisplayName") == "New"


def test_deleting_moving_and_emptying(ask: Any) -> None:
    given = folder_id(create(ask, "Gone"))
    moved = ask(
        f"<m:MoveFolder><m:ToFolderId>{distinguished('inbox')}</m:ToFolderId><m:FolderIds>{given}</m:FolderIds>"
        "</m:MoveFolder>"
    )
    assert moved.one("//t:FolderId").get("Id") in given, "the id stays"
    for _ in range(2):
        deleted = ask(
            f'<m:DeleteFolder DeleteType="MoveToDeletedItems"><m:FolderIds>{given}</m:FolderIds></m:DeleteFolder>'
        )
        assert deleted.codes == ["NoError"]
    assert ask(get(given)).codes == ["ErrorFolderNotFound"]
    inbox, drafts, calendar = (
        f"<m:FolderIds>{distinguished(name)}</m:FolderIds>" for name in ("inbox", "drafts", "calendar")
    )
    target = f"<m:ToFolderId>{distinguished('inbox')}</m:ToFolderId>"
    empty = f'<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false">{calendar}</m:EmptyFolder>'
    for operation, code in (
        (f'<m:DeleteFolder DeleteType="HardDelete">{inbox}</m:DeleteFolder>', "ErrorDeleteDistinguishedFolder"),
        (f"<m:MoveFolder>{target}{drafts}</m:MoveFolder>", "ErrorMoveDistinguishedFolder"),
        (empty, "ErrorCannotEmptyFolder"),
    ):
        assert ask(operation).codes == [code]


def permissions(*entries: str) -> str:
    return f"<t:PermissionSet><t:Permissions>{''.join(entries)}</t:Permissions></t:PermissionSet>"


def permission(user: str, level: str, extra: str = "") -> str:
    return (
        f"<t:Permission><t:UserId><t:PrimarySmtpAddress>{user}</t:PrimarySmtpAddress></t:UserId>{extra}"
        f"<t:PermissionLevel>{level}</t:PermissionLevel></t:Permission>"
    )


def share(ask: Any, given: str, entries: str, who: str = "ann") -> Any:
    return ask(
        f"<m:UpdateFolder><m:FolderChanges><t:FolderChange>{given}<t:Updates><t:SetFolderField>"
        f'<t:FieldURI FieldURI="folder:PermissionSet"/><t:Folder>{entries}</t:Folder></t:SetFolderField></t:Updates>'
        "</t:FolderChange></m:FolderChanges></m:UpdateFolder>",
        who=who,
    )


def test_a_shared_inbox_is_seen_by_whom_it_was_shared_with(ask: Any) -> None:
    shared = (
        '<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>ann@example.test</t:EmailAddress></t:Mailbox>'
        "</t:DistinguishedFolderId>"
    )
    assert ask(get(shared), who="bob").codes == ["ErrorFolderNotFound"]
    assert share(ask, distinguished("inbox"), permissions(permission("bob@example.test", "Reviewer"))).codes == [
        "NoError"
    ]
    shape = ALL.replace(
        "</t:BaseShape>",
        '</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:PermissionSet"/></t:AdditionalProperties>',
    )
    seen = ask(get(shared, shape), who="bob")
    assert seen.text("//t:EffectiveRights/t:Read") == "true"
    assert seen.text("//t:EffectiveRights/t:CreateContents") == "false"
    assert not seen.all("//t:PermissionSet"), "only owners see who else may"
    own = ask(get(distinguished("inbox"), shape))
    assert own.texts("//t:Permission/t:PermissionLevel") == ["None", "None", "Reviewer"]
    assert share(ask, shared, permissions(permission("bob@example.test", "Owner")), who="bob").codes == [
        "ErrorAccessDenied"
    ]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (permissions(permission("nobody@example.test", "Reviewer")), "ErrorInvalidUserInfo"),
        (permissions(permission("bob@example.test", "King")), "ErrorSchemaValidation"),
        (permissions(permission("bob@example.test", "Owner", "<t:CanCreateItems>true</t:CanCreateItems>")),
         "ErrorInvalidPermissionSettings"),
        (permissions(permission("bob@example.test", "Owner"), permission("bob@example.test", "Editor")),
         "ErrorDuplicateUserIdsSpecified"),
        ("<t:PermissionSet><t:CalendarPermissions/></t:PermissionSet>",
         "ErrorCannotSetCalendarPermissionOnNonCalendarFolder"),
    ],
)  # fmt: skip
def test_permissions_that_make_no_sense(ask: Any, entries: str, code: str) -> None:
    assert share(ask, distinguished("inbox"), entries).codes == [code]


def test_the_hierarchy_is_synchronised_step_by_step(ask: Any) -> None:
    first = sync(ask)
    assert len(first.all("//t:Create")) == 11
    assert first.text("//m:IncludesLastFolderInRange") == "true"
    state = first.text("//m:SyncState")
    assert not sync(ask, state).all("//m:Changes/*")
    made = folder_id(create(ask, "One"))
    inner = folder_id(create(ask, "Two", made))
    answer = sync(ask, state)
    assert answer.texts("//t:Create//t:DisplayName") == ["One", "Two"]
    assert sync(ask, state).texts("//t:Create//t:DisplayName") == ["One", "Two"], "a state may be used again"
    state = answer.text("//m:SyncState")
    ask(f'<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>{inner}</m:FolderIds></m:DeleteFolder>')
    folder_id(create(ask, "Passing"))
    answer = sync(ask, state)
    assert [each.get("Id") in inner for each in answer.all("//t:Delete/t:FolderId")] == [True]
    assert answer.texts("//t:Create//t:DisplayName") == ["Passing"]


@pytest.mark.parametrize("state", ["nonsense", "AAAA", "AQAAAGMAAAAAAAAAAQ=="])
def test_a_state_of_something_else_is_refused(ask: Any, state: str) -> None:
    assert sync(ask, state).codes == ["ErrorInvalidSyncStateData"]

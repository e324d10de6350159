"""Who may do what with a folder, as EWS writes and reads it (MS-OXWSFOLD 2.2.4: PermissionSetType)."""

from collections.abc import Sequence

from mailproof_server.model.errors import NotFound
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import PrincipalId
from mailproof_server.model.permission import PROFILE_RIGHTS, Anyone, Grant, Profile, Right
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.operation import Call
from mailproof_server.services.permissions import PermissionEntry
from mailproof_server.wire.soap.names import Element, t
from mailproof_server.wire.soap.write import child, element

SWITCHES: tuple[tuple[str, Right], ...] = (
    ("CanCreateItems", Right.CREATE),
    ("CanCreateSubFolders", Right.CREATE_SUBFOLDER),
    ("IsFolderOwner", Right.FOLDER_OWNER),
    ("IsFolderVisible", Right.FOLDER_VISIBLE),
    ("IsFolderContact", Right.FOLDER_CONTACT),
)
EDIT = (("All", Right.EDIT_ANY | Right.EDIT_OWNED), ("Owned", Right.EDIT_OWNED), ("None", Right(0)))
DELETE = (("All", Right.DELETE_ANY | Right.DELETE_OWNED), ("Owned", Right.DELETE_OWNED), ("None", Right(0)))
READ = (("FullDetails", Right.READ_ANY), ("None", Right(0)))
READ_CALENDAR = (
    ("FullDetails", Right.READ_ANY),
    ("TimeAndSubjectAndLocation", Right.FREE_BUSY_DETAILED | Right.FREE_BUSY_SIMPLE),
    ("TimeOnly", Right.FREE_BUSY_SIMPLE),
    ("None", Right(0)),
)
Choice = tuple[tuple[str, Right], ...]


def permission_set(kind: FolderKind, entries: Sequence[PermissionEntry]) -> Element:
    """The PermissionSet element; a calendar's has names of its own."""
    calendar = "Calendar" if kind is FolderKind.CALENDAR else ""
    made = element(t("PermissionSet"))
    permissions = child(made, t(f"{calendar}Permissions"))
    for entry in entries:
        one = child(permissions, t(f"{calendar}Permission"))
        one.append(_user(entry))
        for name, right in SWITCHES:
            child(one, t(name), "true" if right in entry.rights else "false")
        child(one, t("EditItems"), _chosen(EDIT, entry.rights))
        child(one, t("DeleteItems"), _chosen(DELETE, entry.rights))
        child(one, t("ReadItems"), _chosen(READ_CALENDAR if calendar else READ, entry.rights))
        child(one, t(f"{calendar}PermissionLevel"), entry.profile.value)
    return made


async def grants_of(call: Call, given: Element, kind: FolderKind) -> list[Grant]:
    """What a PermissionSet asks for.

    Raises EwsError: ErrorCannotSetCalendarPermissionOnNonCalendarFolder or its reverse, ErrorInvalidPermissionSettings,
    ErrorInvalidUserInfo, ErrorDuplicateUserIdsSpecified.
    """
    calendar = given.find(t("CalendarPermissions"))
    plain = given.find(t("Permissions"))
    if kind is FolderKind.CALENDAR and plain is not None:
        raise EwsError("ErrorCannotSetNonCalendarPermissionOnCalendarFolder", "A calendar takes CalendarPermissions")
    if kind is not FolderKind.CALENDAR and calendar is not None:
        raise EwsError(
            "ErrorCannotSetCalendarPermissionOnNonCalendarFolder", "Only a calendar takes CalendarPermissions"
        )
    found: dict[PrincipalId | Anyone, Right] = {}
    for each in calendar if calendar is not None else plain if plain is not None else ():
        who = await _grantee(call, each)
        if who in found:
            raise EwsError("ErrorDuplicateUserIdsSpecified", "Somebody is named twice")
        found[who] = _rights(each, "Calendar" if calendar is not None else "")
    return [Grant(who, rights) for who, rights in found.items()]


def _user(entry: PermissionEntry) -> Element:
    if isinstance(entry.grantee, Anyone):
        name = "Default" if entry.grantee is Anyone.DEFAULT else "Anonymous"
        return element(t("UserId"), element(t("DistinguishedUser"), name))
    return element(
        t("UserId"),
        element(t("PrimarySmtpAddress"), entry.address),
        element(t("DisplayName"), entry.display_name or entry.address),
    )


async def _grantee(call: Call, permission: Element) -> PrincipalId | Anyone:
    user = permission.find(t("UserId"))
    distinguished = user.findtext(t("DistinguishedUser")) if user is not None else None
    if distinguished in ("Default", "Anonymous"):
        return Anyone.DEFAULT if distinguished == "Default" else Anyone.ANONYMOUS
    address = user.findtext(t("PrimarySmtpAddress")) if user is not None else None
    if not address:
        raise EwsError("ErrorInvalidUserInfo", "A permission names a user by PrimarySmtpAddress or DistinguishedUser")
    try:
        return await call.services.permissions.grantee(address)
    except NotFound as error:
        raise EwsError("ErrorInvalidUserInfo", f"There is no user or group {address}") from error


def _rights(permission: Element, calendar: str) -> Right:
    level = permission.findtext(t(f"{calendar}PermissionLevel"), "")
    try:
        profile = Profile(level)
    except ValueError as error:
        raise EwsError("ErrorSchemaValidation", f"{level or 'nothing'} is no permission level") from error
    detailed = [each for each in permission if each.tag != t("UserId") and each.tag != t(f"{calendar}PermissionLevel")]
    if profile is not Profile.CUSTOM:
        if detailed:
            raise EwsError("ErrorInvalidPermissionSettings", f"{level} already says what may be done")
        return PROFILE_RIGHTS[profile]
    rights = Right(0)
    for name, right in SWITCHES:
        if permission.findtext(t(name)) in ("true", "1"):
            rights |= right
    for name, choice in (("EditItems", EDIT), ("DeleteItems", DELETE), ("ReadItems", READ_CALENDAR)):
        value = permission.findtext(t(name), "None")
        if value not in dict(choice):
            raise EwsError("ErrorSchemaValidation", f"{name} cannot be {value}")
        rights |= dict(choice)[value]
    return rights


def _chosen(choice: Choice, rights: Right) -> str:
    return next(name for name, needed in choice if needed & rights == needed)

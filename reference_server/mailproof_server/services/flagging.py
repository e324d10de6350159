"""Which flags a principal may set, by its rights (RFC 4314 section 4), and how many keywords a folder may know."""

from collections.abc import Iterable

from mailproof_server.model.errors import Invalid, TooMany
from mailproof_server.model.ids import FolderId, Modseq
from mailproof_server.model.item import NO_FLAGS, Flag, FlagAction, Flags
from mailproof_server.model.permission import Right
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.base import FlagOutcome, Placement, Transaction, UidRanges, View

ALL_FLAGS = Flag.SEEN | Flag.ANSWERED | Flag.FLAGGED | Flag.DELETED | Flag.DRAFT
OTHER_FLAGS = Flag.ANSWERED | Flag.FLAGGED | Flag.DRAFT
FLAG_RIGHTS = Right.KEEP_SEEN | Right.MARK_DELETED | Right.WRITE_FLAGS


def permitted_system(rights: Right) -> Flag:
    """The system flags that may be changed: \\Seen by `s`, \\Deleted by `t`, the others by `w`."""
    allowed = NO_FLAGS
    if Right.KEEP_SEEN in rights:
        allowed |= Flag.SEEN
    if Right.MARK_DELETED in rights:
        allowed |= Flag.DELETED
    if Right.WRITE_FLAGS in rights:
        allowed |= OTHER_FLAGS
    return allowed


def permitted(flags: Flags, rights: Right) -> Flags:
    """`flags` without those that the rights do not cover."""
    if FLAG_RIGHTS in rights:
        return flags
    keywords = flags.keywords if Right.WRITE_FLAGS in rights else frozenset[str]()
    return Flags(flags.system & permitted_system(rights), keywords)


def check_keywords(view: View, folder_id: FolderId, keywords: Iterable[str], limits: ServiceLimits) -> None:
    """Raises Invalid for one that is too long, TooMany when the folder would know too many."""
    wanted = {each.casefold() for each in keywords}
    if not wanted:
        return
    if any(len(each.encode()) > limits.keyword_octets for each in wanted):
        raise Invalid(f"A keyword has at most {limits.keyword_octets} octets")
    known = {each.casefold() for each in view.keywords(folder_id)}
    if not wanted <= known and len(known | wanted) > limits.keywords_per_folder:
        raise TooMany(f"A folder has at most {limits.keywords_per_folder} keywords")


def drop_unpermitted(transaction: Transaction, placement: Placement, rights: Right) -> None:
    """After a copy: take from the copies the flags that may not be set in their folder.

    RFC 4314 section 4, COPY: flags for which the user lacks the right "SHOULD NOT" be set on the copies.
    """
    if FLAG_RIGHTS in rights or not placement.uids:
        return
    keywords = frozenset[str]()
    if Right.WRITE_FLAGS not in rights:
        keywords = frozenset(transaction.keywords(placement.folder_id))
    unwanted = Flags(ALL_FLAGS & ~permitted_system(rights), keywords)
    ranges = ((placement.uids[0], placement.uids[-1]),)
    transaction.set_flags(placement.folder_id, ranges, FlagAction.REMOVE, unwanted)


def set_permitted(
    transaction: Transaction,
    folder_id: FolderId,
    ranges: UidRanges,
    flags: Flags,
    unchanged_since: Modseq | None,
    rights: Right,
) -> FlagOutcome:
    """Replace flags for one who may change only some of them: the others stay as they are.

    Two steps of one transaction. The modseq told is that of the later step; an item touched by the first alone has a
    lower one, which no conditional change can mistake for a later change.
    """
    given = permitted(flags, rights)
    cleared = Flags(
        permitted_system(rights) & ~given.system,
        frozenset(transaction.keywords(folder_id)) - given.keywords if Right.WRITE_FLAGS in rights else frozenset(),
    )
    removed = transaction.set_flags(folder_id, ranges, FlagAction.REMOVE, cleared, unchanged_since)
    # What the first step changed is newer than `unchanged_since` now, and what it found stale must stay out.
    stale = set(removed.stale)
    rest = (
        ranges
        if not stale
        else [(uid, uid) for uid, *_ in transaction.flag_rows(folder_id, ranges) if uid not in stale]
    )
    added = transaction.set_flags(folder_id, rest, FlagAction.ADD, given)
    changed = tuple(sorted({*removed.changed, *added.changed}))
    return FlagOutcome(changed, removed.stale, added.modseq if added.modseq is not None else removed.modseq)

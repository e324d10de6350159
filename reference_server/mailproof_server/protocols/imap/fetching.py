"""From fetch items to FETCH responses (RFC 9051 7.5.2).

Theory
------
Everything asked for is read set-wise, a batch of messages at a time: the small facts in one ordered query, the computed
columns in another, the bodies in a third whose size is bounded. What the store has ready (ENVELOPE, BODYSTRUCTURE) is
sent as it is; MIME is never parsed here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mailproof_server.model.ids import FolderUid
from mailproof_server.model.item import ItemRow
from mailproof_server.model.object_ids import content_object_id
from mailproof_server.protocols.imap import flags, parameters
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.fetch import Attribute, Binary, BinarySize, Body, FetchItem, Preview
from mailproof_server.wire.imap.format import format_date_time, literal, literal8, nstring
from mailproof_server.wire.mime import section, structure
from mailproof_server.wire.mime.structure import Part

BATCH = 500
"""Messages per batch when no bodies are read."""
BATCH_BYTES = 4 * 1024 * 1024
"""Most octets of bodies held at once, one message excepted."""
LEAN: dict[bytes, tuple[bytes, int]] = {
    b"UID": (b"UID %d", 0),
    b"FLAGS": (b"FLAGS (%b)", 1),
    b"MODSEQ": (b"MODSEQ (%d)", 2),
}
"""How the items of the leanest rows are written, and which value of the row they show."""
LEAN_BATCH = 2000
COLUMNS: dict[bytes, str] = {b"ENVELOPE": "envelope", b"BODY": "body", b"BODYSTRUCTURE": "body_structure"}
RFC822: dict[bytes, bytes] = {b"RFC822": section.WHOLE, b"RFC822.HEADER": section.HEADER, b"RFC822.TEXT": section.TEXT}


@dataclass(slots=True)
class Message:
    """One message as read for its response."""

    row: ItemRow
    columns: dict[str, object]
    data: bytes
    """Empty unless a body was asked for."""
    tree: Part | None


Render = Callable[[Message], bytes]


def sets_seen(items: Sequence[FetchItem]) -> bool:
    """Whether fetching implies `\\Seen` (RFC 9051 6.4.5; RFC822 and RFC822.TEXT as in RFC 3501 6.4.5)."""
    return any(
        (isinstance(item, Body | Binary) and not item.peek)
        or (isinstance(item, Attribute) and item.name in (b"RFC822", b"RFC822.TEXT"))
        for item in items
    )


class Plan:
    """What a FETCH needs to read, and how each item is written."""

    def __init__(self, session: Session, items: Sequence[FetchItem], *, uid: bool, modseq: bool) -> None:
        """`uid`, `modseq`: the response carries UID, MODSEQ whether asked for or not."""
        self._session = session
        wanted = list(dict.fromkeys(items))
        if uid and Attribute(b"UID") not in wanted:
            wanted.insert(0, Attribute(b"UID"))
        if modseq and Attribute(b"MODSEQ") not in wanted:
            wanted.append(Attribute(b"MODSEQ"))
        self.columns: set[str] = set()
        self.needs_data = False
        self.has_flags = Attribute(b"FLAGS") in wanted
        self.lean: list[bytes] | None = None
        """The items' names when they are but UID, FLAGS and MODSEQ: what flag syncs of whole folders ask for."""
        if all(isinstance(item, Attribute) and item.name in LEAN for item in wanted):
            self.lean = [item.name for item in wanted if isinstance(item, Attribute)]
        self.renders: list[Render] = [self._render(item) for item in wanted]

    def line(self, number: int, message: Message) -> bytes:
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join([render(message) for render in self.renders]))

    def with_flags(self) -> None:
        """Also show FLAGS: the command has changed them by reading."""
        if not self.has_flags:
            self.has_flags = True
            self.renders.append(self._flags)

    # -- one renderer per item -----------------------------------------------------------------------------------------

    def _render(self, item: FetchItem) -> Render:
        if isinstance(item, Attribute):
            return self._attribute(item.name)
        if isinstance(item, Body):
            return self._body(item)
        if isinstance(item, Binary):
            return self._binary(item)
        if isinstance(item, BinarySize):
            return self._binary_size(item)
        return self._preview(item)

    def _attribute(self, name: bytes) -> Render:
        if name in RFC822:
            return self._rfc822(name)
        if name in COLUMNS:
            column = COLUMNS[name]
            self.columns.add(column)
            if name != b"ENVELOPE" and self._session.rev2:
                return lambda message: name + b" " + parameters.decoded(_ready(message, column))
            return lambda message: name + b" " + _ready(message, column)
        return {
            b"UID": lambda message: b"UID %d" % message.row.uid,
            b"FLAGS": self._flags,
            b"MODSEQ": lambda message: b"MODSEQ (%d)" % message.row.modseq,
            b"RFC822.SIZE": lambda message: b"RFC822.SIZE %d" % message.row.size_bytes,
            b"INTERNALDATE": lambda message: b"INTERNALDATE " + format_date_time(message.row.received_at),
            b"SAVEDATE": lambda message: b"SAVEDATE " + format_date_time(message.row.saved_at),
            b"EMAILID": lambda message: b"EMAILID (%b)" % content_object_id(message.row.content_id).encode("ascii"),
            b"THREADID": lambda message: b"THREADID (%b)" % message.row.thread_id.encode("ascii"),
        }[name]

    def _flags(self, message: Message) -> bytes:
        selected = self._session.open_folder
        row = message.row
        selected.announce(self._session, row.keywords)
        recent = row.uid in selected.recent and not self._session.rev2
        return b"FLAGS (%b)" % flags.words(row.system, row.keywords, recent)

    def _tree_and_data(self) -> None:
        self.needs_data = True
        self.columns.add("structure")

    def _rfc822(self, name: bytes) -> Render:
        self._tree_and_data()
        kind = RFC822[name]

        def render(message: Message) -> bytes:
            return b"%b %b" % (name, literal(_section(message, (), kind, ()) or b""))

        return render

    def _body(self, item: Body) -> Render:
        self._tree_and_data()
        label = item.label()

        def render(message: Message) -> bytes:
            octets = _section(message, item.section.part, item.section.text, item.section.fields)
            if octets is None:
                # RFC 9051 leaves a part that does not exist open; NIL is what clients know from other servers.
                return label + b" NIL"
            if item.partial is not None:
                octets = octets[item.partial.offset : item.partial.offset + item.partial.length]
            return b"%b %b" % (label, literal(octets))

        return render

    def _binary(self, item: Binary) -> Render:
        self._tree_and_data()
        label = item.label()

        def render(message: Message) -> bytes:
            octets = _decoded(message, item.part)
            if octets is None:
                return label + b" NIL"
            if item.partial is not None:
                octets = octets[item.partial.offset : item.partial.offset + item.partial.length]
            # "If the content contains a NUL octet, it MUST be sent as a literal8" (RFC 3516 4.2)
            return b"%b %b" % (label, literal8(octets) if b"\0" in octets else literal(octets))

        return render

    def _binary_size(self, item: BinarySize) -> Render:
        self._tree_and_data()
        label = item.label()
        return lambda message: b"%b %d" % (label, len(_decoded(message, item.part) or b""))

    def _preview(self, item: Preview) -> Render:
        self.columns.add("preview")
        utf8 = self._session.utf8
        return lambda message: b"PREVIEW " + nstring(str(message.columns["preview"]).encode("utf-8"), utf8=utf8)


async def respond(session: Session, plan: Plan, uids: list[FolderUid]) -> int:
    """Write the FETCH responses for known uids, ascending; returns how many of them no longer exist."""
    if plan.lean is not None:
        return await _respond_lean(session, plan.lean, uids)
    missing = 0
    numbering = session.open_folder.numbering
    async for message in _read(session, plan, uids):
        if message is None:
            missing += 1
            continue
        number = numbering.number(message.row.uid)
        if number is not None:
            session.write(plan.line(number, message))
            await session.stream.drain_if_needed()
    return missing


async def _respond_lean(session: Session, names: list[bytes], uids: list[FolderUid]) -> int:
    """The same for items that the leanest rows answer, a thousand lines to a write."""
    selected, recent_shown = session.open_folder, not session.rev2
    template = b"* %%d FETCH (%b)\r\n" % b" ".join(LEAN[name][0] for name in names)
    order = [LEAN[name][1] for name in names]
    missing = 0
    for start in range(0, len(uids), LEAN_BATCH):
        batch = uids[start : start + LEAN_BATCH]
        rows = await session.services.messages.flag_rows(session.signed_in, selected.folder_id, ranges_of(batch))
        missing += len(batch) - len(rows)
        lines: list[bytes] = []
        for uid, system, keywords, modseq in rows:
            number = selected.numbering.number(uid)
            if keywords:
                selected.announce(session, keywords)
            values = (uid, flags.words(system, keywords, recent_shown and uid in selected.recent), modseq)
            lines.append(template % (number, *[values[index] for index in order]))
        session.write(b"".join(lines))
        await session.stream.drain_if_needed()
    return missing


async def _read(session: Session, plan: Plan, uids: list[FolderUid]):  # type: ignore[no-untyped-def]
    """Messages in order, None for each that is gone."""
    messages, principal, folder_id = session.services.messages, session.signed_in, session.open_folder.folder_id
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        rows = await messages.rows(principal, folder_id, ranges_of(batch))
        for _ in range(len(batch) - len(rows)):
            yield None
        for group in _groups(rows, bounded=plan.needs_data):
            columns = sorted(plan.columns)
            wanted = [*columns, "data"] if plan.needs_data else columns
            stored: dict[FolderUid, tuple[object, ...]] = {}
            if wanted:
                ranges = ranges_of([row.uid for row in group])
                stored = {uid: values for uid, _, values in await messages.stored(principal, folder_id, ranges, wanted)}
            for row in group:
                values = stored.get(row.uid, ())
                if wanted and not values:
                    yield None
                    continue
                found = dict(zip(wanted, values, strict=True))
                data = found.pop("data", b"")
                blob = found.get("structure")
                tree = structure.decode(blob) if isinstance(blob, bytes) else None
                yield Message(row, found, data if isinstance(data, bytes) else b"", tree)


def _groups(rows: list[ItemRow], *, bounded: bool) -> Iterator[list[ItemRow]]:
    """The rows, cut so that the bodies of one group stay below the bound."""
    if not bounded:
        yield rows
        return
    group: list[ItemRow] = []
    size_bytes = 0
    for row in rows:
        if group and size_bytes + row.size_bytes > BATCH_BYTES:
            yield group
            group, size_bytes = [], 0
        group.append(row)
        size_bytes += row.size_bytes
    if group:
        yield group


def _ready(message: Message, column: str) -> bytes:
    value = message.columns[column]
    if not isinstance(value, bytes):
        raise TypeError(f"column {column} is not bytes")
    return value


def _section(message: Message, part: Sequence[int], kind: bytes, fields: Sequence[bytes]) -> bytes | None:
    if message.tree is None:
        return None
    return section.fetch(message.data, message.tree, part, kind, fields)


def _decoded(message: Message, part: Sequence[int]) -> bytes | None:
    """A part with its transfer encoding undone; None when there is no such part.

    Raises WireError (NO [UNKNOWN-CTE]) when the encoding is unknown or damaged: "the server MUST … return the NO
    response" (RFC 3516 4.3).
    """
    if not part:
        return message.data
    found = section.find_part(message.tree, part) if message.tree is not None else None
    if found is None:
        return None
    octets = section.decoded(message.data, found)
    if octets is None:
        raise WireError("Cannot undo the transfer encoding", b"UNKNOWN-CTE", status=b"NO")
    return octets

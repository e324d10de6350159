"""Responses about mailboxes rather than messages: LIST, STATUS, ESEARCH, THREAD, NAMESPACE, QUOTA, ACL, METADATA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailproof_suites.clients.imap.scan import MAX_DEPTH, MAX_NUMBER64, Scanner
from mailproof_suites.clients.imap.values import (
    AclData,
    EsearchData,
    ListData,
    ListRightsData,
    MetadataData,
    MyRightsData,
    NamespaceData,
    NamespaceEntry,
    QuotaData,
    QuotaResource,
    QuotaRootData,
    StatusData,
    Thread,
    ThreadData,
    Value,
)


def _list(scan: Scanner) -> ListData:
    """``(`` [mbx-list-flags] ``)`` SP delimiter SP mailbox [SP mbox-list-extended]."""
    scan.space("mailbox-list")
    attributes = scan.flag_list("mbx-list-flags")
    scan.space("mailbox-list")
    delimiter = scan.delimiter("mailbox-list")
    scan.space("mailbox-list")
    mailbox = scan.mailbox()
    if scan.at_end:
        return ListData(attributes, delimiter, mailbox)
    scan.space("mailbox-list")
    return ListData(attributes, delimiter, mailbox, _extended(scan))


def _extended(scan: Scanner) -> dict[str, Value]:
    """``(`` [tag SP tagged-ext-val *(SP …)] ``)``."""
    production = "mbox-list-extended"
    scan.expect(b"(", production)
    items: dict[str, Value] = {}
    if scan.skip(b")"):
        return items
    while True:
        name = scan.astring(production).decode("latin-1").upper()
        scan.space(production)
        items[name] = scan.value(production)
        if scan.skip(b")"):
            return items
        scan.space(production)


def _status(scan: Scanner) -> StatusData:
    """mailbox SP ``(`` [status-att-val *(SP status-att-val)] ``)``."""
    scan.space("STATUS")
    mailbox = scan.mailbox()
    scan.space("STATUS")
    scan.expect(b"(", "status-att-list")
    items: dict[str, Any] = {}
    if scan.skip(b")"):
        return StatusData(mailbox, items)
    while True:
        name = scan.word("status-att-val")
        scan.space("status-att-val")
        items[name] = _STATUS_READERS.get(name, _status_other)(scan)
        if scan.skip(b")"):
            return StatusData(mailbox, items)
        scan.space("status-att-list")


def _status_number(scan: Scanner) -> int:
    return scan.number("status-att-val")


def _status_nz(scan: Scanner) -> int:
    return scan.nz_number("status-att-val")


def _status_number64(scan: Scanner) -> int:
    return scan.number("status-att-val", limit=MAX_NUMBER64)


def _status_limit(scan: Scanner) -> int | None:
    return None if scan.nil() else _status_number64(scan)


def _status_id(scan: Scanner) -> bytes:
    return scan.objectid("status-att-val")


def _status_other(scan: Scanner) -> Value:
    return scan.value("status-att-val")


_STATUS_READERS: dict[str, Callable[[Scanner], Any]] = {
    "MESSAGES": _status_number,
    "RECENT": _status_number,
    "UNSEEN": _status_number,
    "DELETED": _status_number,
    "UIDNEXT": _status_nz,
    "UIDVALIDITY": _status_nz,
    "SIZE": _status_number64,
    "HIGHESTMODSEQ": _status_number64,
    "DELETED-STORAGE": _status_number64,
    "APPENDLIMIT": _status_limit,
    "MAILBOXID": _status_id,
}


def _esearch(scan: Scanner) -> EsearchData:
    """[search-correlator] [SP ``UID``] *(SP search-return-data)."""
    tag = mailbox = None
    validity: int | None = None
    if scan.skip(b" ("):
        tag, mailbox, validity = _correlator(scan)
    uid = False
    items: dict[str, Any] = {}
    while scan.skip(b" "):
        name = scan.word("search-return-data")
        if name == "UID" and not items and not uid:
            uid = True
            continue
        if name in items:
            scan.fail("search-return-data", f"{name} only once")
        scan.space("search-return-data")
        items[name] = _RETURN_READERS.get(name, _return_other)(scan)
    return EsearchData(tag, uid, items, mailbox, validity)


def _correlator(scan: Scanner) -> tuple[bytes | None, bytes | None, int | None]:
    """``TAG`` SP string and, with MULTISEARCH (RFC 7377), MAILBOX and UIDVALIDITY; the ``(`` is behind us."""
    tag = mailbox = None
    validity: int | None = None
    while True:
        word = scan.word("search-correlator")
        scan.space("search-correlator")
        if word == "TAG":
            tag = scan.astring("search-correlator")
        elif word == "MAILBOX":
            mailbox = scan.mailbox("search-correlator")
        elif word == "UIDVALIDITY":
            validity = scan.nz_number("search-correlator")
        else:
            scan.fail("search-correlator", "TAG, MAILBOX or UIDVALIDITY")
        if scan.skip(b")"):
            return tag, mailbox, validity
        scan.space("search-correlator")


def _return_number(scan: Scanner) -> int:
    return scan.number("search-return-data")


def _return_nz(scan: Scanner) -> int:
    return scan.nz_number("search-return-data")


def _return_modseq(scan: Scanner) -> int:
    return scan.nz_number("search-return-data", limit=MAX_NUMBER64)


def _return_set(scan: Scanner) -> Any:
    return scan.number_set("search-return-data")


def _return_partial(scan: Scanner) -> tuple[bytes, Any]:
    """``(`` range SP (set / NIL) ``)``; the range may count from the end with minus signs (RFC 9394)."""
    production = "PARTIAL"
    scan.expect(b"(", production)
    wanted = scan.atom(production)
    scan.space(production)
    found = None if scan.nil() else scan.number_set(production)
    scan.expect(b")", production)
    return bytes(wanted), found


def _return_other(scan: Scanner) -> Value:
    return scan.value("search-return-data")


_RETURN_READERS: dict[str, Callable[[Scanner], Any]] = {
    "MIN": _return_nz,
    "MAX": _return_nz,
    "COUNT": _return_number,
    "ALL": _return_set,
    "MODSEQ": _return_modseq,
    "PARTIAL": _return_partial,
}


def _thread(scan: Scanner) -> ThreadData:
    """[SP 1*thread-list] (RFC 5256 section 5)."""
    if not scan.skip(b" "):
        return ThreadData(())
    threads = [_thread_list(scan, 0)]
    while scan.peek(b"("):
        threads.append(_thread_list(scan, 0))
    return ThreadData(tuple(threads))


def _thread_list(scan: Scanner, depth: int) -> Thread:
    """``(`` (nz-number *(SP nz-number) [SP thread-nested] / thread-nested) ``)``, nested = at least two lists."""
    if depth > MAX_DEPTH:
        scan.fail("thread-list", f"threads nested at most {MAX_DEPTH} deep")
    scan.expect(b"(", "thread-list")
    members: list[int | Thread] = []
    while not scan.peek(b"("):
        members.append(scan.nz_number("thread-members"))
        if scan.skip(b")"):
            return tuple(members)
        scan.space("thread-members")
    nested = 0
    while scan.peek(b"("):
        members.append(_thread_list(scan, depth + 1))
        nested += 1
    if nested < 2:
        scan.fail("thread-nested", "at least two threads side by side")
    scan.expect(b")", "thread-list")
    return tuple(members)


def _namespace(scan: Scanner) -> NamespaceData:
    """Three times nil / ``(`` 1*entry ``)``."""
    kinds = []
    for _ in range(3):
        scan.space("NAMESPACE")
        kinds.append(_namespace_kind(scan))
    return NamespaceData(*kinds)


def _namespace_kind(scan: Scanner) -> tuple[NamespaceEntry, ...] | None:
    if scan.nil():
        return None
    scan.expect(b"(", "namespace")
    entries = [_namespace_entry(scan)]
    while not scan.skip(b")"):
        entries.append(_namespace_entry(scan))
    return tuple(entries)


def _namespace_entry(scan: Scanner) -> NamespaceEntry:
    scan.expect(b"(", "namespace-descr")
    prefix = scan.string("namespace-descr")
    scan.space("namespace-descr")
    delimiter = scan.delimiter("namespace-descr")
    extensions = []
    while not scan.skip(b")"):
        scan.space("namespace-descr")
        name = scan.string("namespace-response-extension")
        scan.space("namespace-response-extension")
        extensions.append((bytes(name), _strings(scan, "namespace-response-extension")))
    return NamespaceEntry(prefix, delimiter, tuple(extensions))


def _strings(scan: Scanner, production: str) -> tuple[bytes, ...]:
    scan.expect(b"(", production)
    values: list[bytes] = [scan.string(production)]
    while not scan.skip(b")"):
        scan.space(production)
        values.append(scan.string(production))
    return tuple(values)


def _quota(scan: Scanner) -> QuotaData:
    """astring SP ``(`` [resource SP usage SP limit *(SP …)] ``)`` (RFC 9208)."""
    scan.space("QUOTA")
    root = scan.astring("QUOTA")
    scan.space("QUOTA")
    scan.expect(b"(", "quota-list")
    resources: list[QuotaResource] = []
    while not scan.skip(b")"):
        if resources:
            scan.space("quota-list")
        name = scan.atom("quota-resource")
        scan.space("quota-resource")
        usage = scan.number("quota-resource", limit=MAX_NUMBER64)
        scan.space("quota-resource")
        resources.append(QuotaResource(name, usage, scan.number("quota-resource", limit=MAX_NUMBER64)))
    return QuotaData(root, tuple(resources))


def _quota_root(scan: Scanner) -> QuotaRootData:
    """mailbox *(SP astring)."""
    scan.space("QUOTAROOT")
    mailbox = scan.mailbox()
    roots: list[bytes] = []
    while scan.skip(b" "):
        roots.append(scan.astring("QUOTAROOT"))
    return QuotaRootData(mailbox, tuple(roots))


def _acl(scan: Scanner) -> AclData:
    """mailbox *(SP identifier SP rights) (RFC 4314 section 3.6)."""
    scan.space("ACL")
    mailbox = scan.mailbox()
    entries: list[tuple[bytes, bytes]] = []
    while scan.skip(b" "):
        identifier = scan.astring("ACL")
        scan.space("ACL")
        entries.append((identifier, scan.astring("ACL")))
    return AclData(mailbox, tuple(entries))


def _my_rights(scan: Scanner) -> MyRightsData:
    """mailbox SP rights."""
    scan.space("MYRIGHTS")
    mailbox = scan.mailbox()
    scan.space("MYRIGHTS")
    return MyRightsData(mailbox, scan.astring("MYRIGHTS"))


def _list_rights(scan: Scanner) -> ListRightsData:
    """mailbox SP identifier SP rights *(SP rights)."""
    scan.space("LISTRIGHTS")
    mailbox = scan.mailbox()
    scan.space("LISTRIGHTS")
    identifier = scan.astring("LISTRIGHTS")
    scan.space("LISTRIGHTS")
    required = scan.astring("LISTRIGHTS")
    optional: list[bytes] = []
    while scan.skip(b" "):
        optional.append(scan.astring("LISTRIGHTS"))
    return ListRightsData(mailbox, identifier, required, tuple(optional))


def _metadata(scan: Scanner) -> MetadataData:
    """mailbox SP (``(`` entry SP value … ``)`` / entry *(SP entry)) (RFC 5464 section 5)."""
    production = "METADATA"
    scan.space(production)
    mailbox = scan.mailbox()
    scan.space(production)
    entries: dict[bytes, Any] = {}
    if not scan.skip(b"("):
        entries[scan.astring(production)] = ...
        while scan.skip(b" "):
            entries[scan.astring(production)] = ...
        return MetadataData(mailbox, entries)
    while True:
        name = scan.astring(production)
        scan.space(production)
        entries[name] = scan.nstring8(production)
        if scan.skip(b")"):
            return MetadataData(mailbox, entries)
        scan.space(production)


READERS: dict[str, Callable[[Scanner], Any]] = {
    "LIST": _list,
    "LSUB": _list,
    "XLIST": _list,
    "STATUS": _status,
    "ESEARCH": _esearch,
    "THREAD": _thread,
    "NAMESPACE": _namespace,
    "QUOTA": _quota,
    "QUOTAROOT": _quota_root,
    "ACL": _acl,
    "MYRIGHTS": _my_rights,
    "LISTRIGHTS": _list_rights,
    "METADATA": _metadata,
}

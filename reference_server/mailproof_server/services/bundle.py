"""All services of one process, joined."""

from dataclasses import dataclass

from mailproof_server.model.clock import Clock
from mailproof_server.services import access_rules
from mailproof_server.services.access_rules import AccessRules
from mailproof_server.services.address_book import AddressBook
from mailproof_server.services.annotations import Annotations
from mailproof_server.services.autoreply import AutoReply
from mailproof_server.services.calendar.joined import Calendar
from mailproof_server.services.changes import Changes
from mailproof_server.services.connections import Connections
from mailproof_server.services.contacts import Contacts
from mailproof_server.services.credentials import Credentials
from mailproof_server.services.delegates import Delegates
from mailproof_server.services.delegation import Delegation
from mailproof_server.services.delivery import Delivery
from mailproof_server.services.device_rules import DeviceRules
from mailproof_server.services.directory import Directory
from mailproof_server.services.folder_tree import FolderTree
from mailproof_server.services.folders import Folders
from mailproof_server.services.intake import Intake
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.messages import Messages
from mailproof_server.services.outbound import Outbound
from mailproof_server.services.permissions import Permissions
from mailproof_server.services.quota import Quota
from mailproof_server.services.resources import Resources
from mailproof_server.services.retention import Retention
from mailproof_server.services.revocations import Revocations
from mailproof_server.services.rules.service import Rules
from mailproof_server.services.sinks import Sink
from mailproof_server.services.submission import Submission
from mailproof_server.services.tasks import Notes, Tasks
from mailproof_server.services.upkeep import Upkeep
from mailproof_server.store.base import Store


@dataclass(frozen=True, slots=True)
class Services:
    """What a protocol is given."""

    store: Store
    clock: Clock
    limits: ServiceLimits
    directory: Directory
    resources: Resources
    credentials: Credentials
    connections: Connections
    permissions: Permissions
    folders: Folders
    folder_tree: FolderTree
    messages: Messages
    changes: Changes
    quota: Quota
    annotations: Annotations
    delegation: Delegation
    delegates: Delegates
    access_rules: AccessRules
    device_rules: DeviceRules
    retention: Retention
    rules: Rules
    auto_reply: AutoReply
    outbound: Outbound
    delivery: Delivery
    submission: Submission
    calendar: Calendar
    contacts: Contacts
    address_book: AddressBook
    tasks: Tasks
    notes: Notes
    upkeep: Upkeep

    @classmethod
    def join(cls, store: Store, clock: Clock, limits: ServiceLimits, *, host_name: str, sink: Sink) -> "Services":
        """`host_name`: the server's own name, for reports; `sink`: where mail for the outside goes."""
        revocations = Revocations(store, clock, limits.revocation_check_s)
        connections = Connections(limits, revocations)
        quota = Quota(store, clock, limits)
        intake = Intake(limits)
        outbound = Outbound(store, clock, limits, sink, intake, host_name)
        delivery = Delivery(store, clock, limits, quota, outbound, intake, host_name)
        retention = Retention(store, clock)
        changes = Changes(store, limits.change_log_records)
        contacts = Contacts(store, clock, limits, quota)
        return cls(
            store=store,
            clock=clock,
            limits=limits,
            directory=Directory(store, clock, limits, revocations),
            resources=Resources(store),
            credentials=Credentials(store, clock, limits, revocations, gates=(access_rules.check,)),
            connections=connections,
            permissions=Permissions(store),
            folders=Folders(store, clock, limits),
            folder_tree=FolderTree(store, clock, limits),
            messages=Messages(store, clock, limits, quota),
            changes=changes,
            quota=quota,
            annotations=Annotations(store, limits),
            delegation=Delegation(store),
            delegates=Delegates(store),
            access_rules=AccessRules(store, clock, connections, revocations),
            device_rules=DeviceRules(store, clock),
            retention=retention,
            rules=Rules(store, clock, limits),
            auto_reply=AutoReply(store, clock, limits),
            outbound=outbound,
            delivery=delivery,
            submission=Submission(store, clock, limits, delivery),
            calendar=Calendar.join(store, clock, limits, quota, outbound, delivery),
            contacts=contacts,
            address_book=AddressBook(store, limits, contacts),
            tasks=Tasks(store, clock, limits, quota),
            notes=Notes(store, clock, limits, quota),
            upkeep=Upkeep((changes.prune, retention.run), limits.upkeep_interval_s),
        )

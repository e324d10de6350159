"""The services of calendars, joined."""

from dataclasses import dataclass

from mailproof_server.model.clock import Clock
from mailproof_server.services.calendar.events import Events
from mailproof_server.services.calendar.free_busy import FreeBusy
from mailproof_server.services.calendar.receiving import Receiving
from mailproof_server.services.calendar.scheduling import Scheduling
from mailproof_server.services.delivery import Delivery
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.outbound import Outbound
from mailproof_server.services.quota import Quota
from mailproof_server.store.base import Store


@dataclass(frozen=True, slots=True)
class Calendar:
    """What protocols ask of calendars."""

    events: Events
    scheduling: Scheduling
    free_busy: FreeBusy

    @classmethod
    def join(
        cls, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota, outbound: Outbound, delivery: Delivery
    ) -> "Calendar":
        """Deliveries are followed from now on."""
        events = Events(store, clock, limits, quota)
        delivery.follow(Receiving(events, clock).follow)
        return cls(events, Scheduling(store, clock, events, outbound), FreeBusy(store, events, limits))

"""Tasks and notes in neutral words, as `NewItem.properties` keep them (RFC 5545 VTODO, MS-ASTASK, MS-ASNOTE)."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from mailproof_server.model.attachment import Attachment
from mailproof_server.model.event import Importance, Recurrence, Sensitivity


class TaskStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    WAITING_ON_OTHERS = "waiting_on_others"
    DEFERRED = "deferred"


class Task(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    subject: str = ""
    body: str = ""
    body_html: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    """Inclusive."""
    completed_at: datetime | None = None
    status: TaskStatus = TaskStatus.NOT_STARTED
    percent_complete: int = 0
    importance: Importance = Importance.NORMAL
    sensitivity: Sensitivity = Sensitivity.NORMAL
    reminder_at: datetime | None = None
    categories: tuple[str, ...] = ()
    recurrence: Recurrence | None = None
    recurs_from_completion: bool = False
    """The next one is counted from the day on which this one was done."""
    owner: str = ""
    companies: tuple[str, ...] = ()
    actual_work_minutes: int = 0
    total_work_minutes: int = 0
    mileage: str = ""
    billing_information: str = ""
    attachments: tuple[Attachment, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    subject: str = ""
    body: str = ""
    body_html: str = ""
    categories: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.NORMAL
    color: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None

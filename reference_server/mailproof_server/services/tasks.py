"""Tasks and notes: kept, changed, completed (MS-OXWSTASK, MS-ASTASK, MS-ASNOTE)."""

from collections.abc import Mapping, Sequence

import msgspec

from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.item import ItemKind
from mailproof_server.model.recurrence import parse_rule
from mailproof_server.model.task import Note, Task, TaskStatus
from mailproof_server.services.rendering import Rendering, described, render
from mailproof_server.services.typed_items import TypedItems

MAX_SUBJECT = 1000


class Tasks(TypedItems[Task]):
    """Completing a task sets all three of its marks: status, percentage and time."""

    kind = ItemKind.TASK
    tag = "task"
    folder_kind = FolderKind.TASKS
    noun = "task"

    def decode(self, properties: Mapping[str, object]) -> Task:
        return msgspec.convert(properties, Task)

    def encode(self, value: Task) -> dict[str, object]:
        made: dict[str, object] = msgspec.to_builtins(value)
        return made

    def attachments_of(self, value: Task) -> tuple[Attachment, ...]:
        return value.attachments

    def with_files(self, value: Task, files: Sequence[AttachedFile]) -> Task:
        return msgspec.structs.replace(value, attachments=described(files))

    def checked(self, value: Task, before: Task | None) -> Task:
        now = self._clock.now().replace(microsecond=0)
        if len(value.subject) > MAX_SUBJECT:
            raise Invalid(f"The subject has more than {MAX_SUBJECT} characters")
        if not 0 <= value.percent_complete <= 100:
            raise Invalid("A task is 0 to 100 percent complete")
        if value.starts_on is not None and value.due_on is not None and value.due_on < value.starts_on:
            raise Invalid("A task is due before it starts")
        if value.recurrence is not None:
            parse_rule(value.recurrence.rule)
        was_done = before is not None and before.status is TaskStatus.COMPLETED
        marks = (value.status is TaskStatus.COMPLETED, value.percent_complete == 100, value.completed_at is not None)
        status, percent, completed_at = value.status, value.percent_complete, value.completed_at
        if all(marks) or (any(marks) and not was_done):
            status, percent, completed_at = TaskStatus.COMPLETED, 100, completed_at or now
        elif was_done:
            # One of the marks was taken back: the task is open again.
            percent, completed_at = (0 if percent == 100 else percent), None
            if status is TaskStatus.COMPLETED:
                status = TaskStatus.IN_PROGRESS if percent else TaskStatus.NOT_STARTED
        return msgspec.structs.replace(
            value,
            status=status,
            percent_complete=percent,
            completed_at=completed_at,
            created_at=value.created_at or now,
            changed_at=now,
        )

    def render(self, value: Task, files: Sequence[AttachedFile]) -> bytes:
        date = value.changed_at or self._clock.now()
        return render(Rendering(subject=value.subject, date=date, text=value.body, html=value.body_html), files)


class Notes(TypedItems[Note]):
    kind = ItemKind.NOTE
    tag = "note"
    folder_kind = FolderKind.NOTES
    noun = "note"

    def decode(self, properties: Mapping[str, object]) -> Note:
        return msgspec.convert(properties, Note)

    def encode(self, value: Note) -> dict[str, object]:
        made: dict[str, object] = msgspec.to_builtins(value)
        return made

    def attachments_of(self, value: Note) -> tuple[Attachment, ...]:
        return ()

    def with_files(self, value: Note, files: Sequence[AttachedFile]) -> Note:
        if files:
            raise Invalid("A note has no attachments")
        return value

    def checked(self, value: Note, before: Note | None) -> Note:
        now = self._clock.now().replace(microsecond=0)
        if len(value.subject) > MAX_SUBJECT:
            raise Invalid(f"The subject has more than {MAX_SUBJECT} characters")
        subject = value.subject or value.body.strip().partition("\n")[0][:100]
        return msgspec.structs.replace(value, subject=subject, created_at=value.created_at or now, changed_at=now)

    def render(self, value: Note, files: Sequence[AttachedFile]) -> bytes:
        date = value.changed_at or self._clock.now()
        return render(Rendering(subject=value.subject, date=date, text=value.body, html=value.body_html), files)

"""ItemClasses: the message is of one of the classes, or of one below it, as `IPM.Note` has `IPM.Note.SMIME`."""

from mailproof_server.services.rules.condition import Condition, Test, strings
from mailproof_server.services.rules.message import Message


def item_class(message: Message) -> str:
    """Exchange's name for the kind of message (MS-OXCMAIL)."""
    if message.report_type == "disposition-notification":
        return "REPORT.IPM.Note.IPNRN"
    if message.report_type == "delivery-status":
        return "REPORT.IPM.Note.NDR" if message.is_failure_report else "REPORT.IPM.Note.DR"
    if message.calendar_method:
        return _MEETINGS.get(message.calendar_method, "IPM.Note")
    if message.is_encrypted or message.smime_type:
        return "IPM.Note.SMIME"
    if message.is_signed:
        return "IPM.Note.SMIME.MultipartSigned"
    return "IPM.Note"


_MEETINGS = {
    "request": "IPM.Schedule.Meeting.Request",
    "cancel": "IPM.Schedule.Meeting.Canceled",
    "reply": "IPM.Schedule.Meeting.Resp",
    "counter": "IPM.Schedule.Meeting.Resp",
}


def _read(value: object) -> Test:
    wanted = [each.strip().lower().rstrip(".") + "." for each in strings("ItemClasses", value)]
    return lambda arrival: any(f"{item_class(arrival.message).lower()}.".startswith(each) for each in wanted)


CONDITION = Condition("ItemClasses", _read)

"""Limits of calendars: explicit, configurable, tested."""

import msgspec


class CalendarLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults are Exchange's where it has one."""

    series_occurrences: int = 10_000
    """Of a series with an end: those it may have."""
    series_years: int = 400
    """Of a series with a COUNT: the time within which it must come to it."""
    series_exceptions: int = 1000
    series_extra_starts: int = 1000
    attendees: int = 5000
    view_days: int = 732
    """Two years: Exchange refuses more as "calendar view range too big"."""
    view_occurrences: int = 20_000
    subject_characters: int = 1000
    uid_characters: int = 1000
    text_characters: int = 1_000_000
    reminder_minutes: int = 2_629_800
    """Five years, the largest that EWS takes."""
    categories: int = 100
    cached_series: int = 2048
    calendar_bytes: int = 4 * 1024 * 1024
    """Of one text/calendar part, and of one file."""
    calendar_lines: int = 100_000
    calendar_components: int = 2000
    booking_days: int = 1100
    """How far ahead a resource looks for conflicts of a series that does not end."""
    free_busy_days: int = 62
    free_busy_targets: int = 100
    free_busy_members: int = 100
    import_bytes: int = 20 * 1024 * 1024
    import_rows: int = 50_000
    list_members: int = 2000
    found_entries: int = 100

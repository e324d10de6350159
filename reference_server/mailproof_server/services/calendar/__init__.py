"""Calendars: events, series, meetings, free/busy, resources (FEATURES section 9)."""

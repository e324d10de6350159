"""iCalendar text to values and back (RFC 5545), over the icalendar library; sans-IO."""

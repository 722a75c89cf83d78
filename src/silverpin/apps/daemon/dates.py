"""Days and instants as people write them, and UTC in ns as we reckon."""

from datetime import UTC, date, datetime, timedelta


def instant_ns(text: str) -> int:
    """Return the UTC of an ISO 8601 instant with its zone. [ns]"""
    return utc_ns_of(datetime.fromisoformat(text))


def utc_ns_of(moment: datetime) -> int:
    """Return the UTC of an instant that knows its zone. [ns]"""
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since // timedelta(microseconds=1)) * 1_000


def day_ns(day: date) -> int:
    """Return the first instant of a day in UTC. [ns]"""
    return utc_ns_of(datetime(day.year, day.month, day.day, tzinfo=UTC))


def day_end_ns(text: str) -> int:
    """Return the first instant after an ISO 8601 day: what is valid to a day holds that day."""
    return day_ns(date.fromisoformat(text) + timedelta(days=1))

"""The one schedule that a charger tells and a profile keeps to, in every protocol."""

SCHEDULE_ID = 1
SCHEDULE_S = 86_400
"""It is told for a day, the longest of ISO 15118-2; limits of the moment come with every answer."""

"""How pins are cleaned (CON-2): the steps that a technician answers for.

The silver of a pin is a few micrometres thick. What scratches it shortens the connector's life, so
a cleaning by another method than this is not recorded as one.
"""

from types import MappingProxyType

CLEANING = MappingProxyType(
    {
        "cleaner": "a contact cleaner that leaves no residue",
        "swab": "a lint-free swab",
        "gentle": "nothing abrasive on the silver",
    }
)
"""What was used, by a word for it; the manual's Admin Desk names all three."""

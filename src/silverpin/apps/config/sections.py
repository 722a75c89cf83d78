"""The sections of a configuration file, each key with its words, bounds and default.

The reader (`config`), its sentences (`config_words`) and the example (`config_text`) are all made
from these; a key without a default must be in the file.
"""

from typing import Annotated

from msgspec import Meta, Struct

from silverpin.drivers.v2g.interface import INTERFACE, PORT

NO_MODEM, SLAC_MODEM = "none", "slac"
MODEMS = (NO_MODEM, SLAC_MODEM)
"""Who matches with vehicles on the power line: somebody else, or this program."""

_ID = Meta(
    pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,47}\Z",
    description="Names the charger in log, page and folders",
    examples=["bay-1"],
    extra={"allowed": "1 to 48 letters, digits and ._- after a letter or digit"},
)
_SERIAL = Meta(
    pattern=r"^[!-.0-~]{1,64}\Z",
    description="Serial number of the first connector, under which its wear is counted; later ones "
    "are told by evse-cli connector replace",
    examples=["AB1234567"],
    extra={"allowed": "what its plate says, 1 to 64 characters without spaces"},
)
_TEXT = {"max_length": 80, "extra": {"allowed": "a text of at most 80 characters"}}
_PATH = {
    "pattern": r"^(/[^\0]*)?\Z",
    "extra": {"allowed": "a path that begins with /, or nothing for the usual place"},
}
_LINE = {"ge": 0, "le": 1023}
_WORD = {
    "pattern": r"^[A-Za-z_][A-Za-z0-9_.-]{0,31}\Z",
    "extra": {"allowed": "a name of at most 32 letters, digits, dots, dashes or underlines"},
}


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a key that is not listed is an error."""


class ChargerSection(Section, frozen=True, kw_only=True):
    """The charger and the connector that hangs on it."""

    id: Annotated[str, _ID]
    name: Annotated[str, Meta(**_TEXT, description="What people call it")] = ""
    site: Annotated[str, Meta(**_TEXT, description="Where it stands")] = ""
    serial: Annotated[str, _SERIAL]
    connector: Annotated[
        str,
        Meta(
            description="Set of the connector, which says its pins and rating",
            examples=["ccs2-200a"],
        ),
    ]
    power_max_w: Annotated[
        float,
        Meta(
            gt=0.0,
            le=1e6,
            description="Rating of the power electronics, each way [W]",
            examples=[22_000.0],
        ),
    ]
    grid_profile: Annotated[
        str, Meta(description="Frequency and voltage within which it may feed the grid")
    ] = "eu-50hz"


class HardwareSection(Section, frozen=True, kw_only=True):
    """What the charger is wired to; not needed where it is simulated."""

    gpio_chip: Annotated[
        str,
        Meta(
            pattern=r"^/dev/[A-Za-z0-9._-]+\Z",
            description="GPIO chip of lock and contactor",
            extra={"allowed": "a device such as /dev/gpiochip0"},
        ),
    ] = "/dev/gpiochip0"
    lock_line: Annotated[int, Meta(**_LINE, description="Output that drives the bolt")] = 18
    lock_status_line: Annotated[int, Meta(**_LINE, description="Input LOCK_STATUS", examples=[23])]
    contactor_line: Annotated[
        int, Meta(**_LINE, description="Output that closes the contactor", examples=[24])
    ]
    mirror_line: Annotated[
        int, Meta(**_LINE, description="Input of the contactor's mirror contact", examples=[25])
    ]
    hwmon_label: Annotated[
        str, Meta(**_WORD, description="Label of the pins' temperature sensors")
    ] = "connector_temp"
    can_interface: Annotated[
        str, Meta(**_WORD, description="CAN interface of the power modules")
    ] = "can0"


class LogSection(Section, frozen=True, kw_only=True):
    """The log for people and shippers."""

    path: Annotated[str, Meta(**_PATH, description="Log file of a charger with hardware")] = ""


class StateSection(Section, frozen=True, kw_only=True):
    """Journal and ledgers."""

    path: Annotated[str, Meta(**_PATH, description="State file of a charger with hardware")] = ""


class WebSection(Section, frozen=True, kw_only=True):
    """The page, for this machine alone."""

    host: Annotated[
        str,
        Meta(
            description="Whoever is on this machine may look, nobody else",
            extra={"allowed": "a loopback address such as 127.0.0.1"},
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65_535, description="TCP port of the page")] = 8080


class V2gSection(Section, frozen=True, kw_only=True):
    """How vehicles find the charger, and what they have to prove."""

    evse_id: Annotated[
        str,
        Meta(
            pattern=r"^[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,30}\Z",
            description="What vehicles are told that this charger is: country, operator, E and its "
            "number there",
            extra={"allowed": "an EVSE ID such as DE*SIL*E1"},
        ),
    ] = "DE*SIL*E1"
    interface: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9_.-]{1,15}\Z",
            description="Network interface of the PLC modem, which vehicles talk through",
            extra={"allowed": "the name of an interface, as ip link has it"},
        ),
    ] = INTERFACE
    modem: Annotated[
        str,
        Meta(
            description="slac: match with vehicles over the PLC modem at that interface; none: "
            "somebody else does, or nobody has to"
        ),
    ] = "none"
    port: Annotated[
        int,
        Meta(
            ge=1,
            le=65_535,
            description="TCP port for vehicles, who learn it by SDP; some go to none below 49152",
        ),
    ] = PORT
    policy: Annotated[
        str,
        Meta(
            description="tls13-only wants TLS 1.3 and certificates on both sides; mixed lets older "
            "vehicles charge, mixed-discharge lets them discharge as well; open is for a bench"
        ),
    ] = "tls13-only"
    profile: Annotated[
        str,
        Meta(
            description="Curves and suites of TLS 1.3; interop-p256 also meets peers that know "
            "P-256 alone, which ISO 15118-20 does not allow"
        ),
    ] = "iso20"
    certificates: Annotated[
        str, Meta(**_PATH, description="Folder of certificates, as v2g-tool pki create makes it")
    ] = ""
    capture: Annotated[
        int, Meta(ge=0, le=1000, description="How many of the last sessions are kept as pcapng")
    ] = 20
    key_log: Annotated[
        bool,
        Meta(description="Keep the keys of each session in its capture, so that it can be read"),
    ] = False


class DurabilitySection(Section, frozen=True, kw_only=True):
    """What the wear of the connector is judged by."""

    type_tests: Annotated[
        str,
        Meta(
            pattern=r"^(/[^\0]*)?\Z",
            description="Folder of bench runs of this type of connector, which narrow its contact "
            "resistance",
            extra={"allowed": "a path that begins with /, or nothing where there are none"},
        ),
    ] = ""


class ControlSection(Section, frozen=True, kw_only=True):
    """Who may give commands."""

    group: Annotated[
        str, Meta(**_WORD, description="Group whose members may command the charger")
    ] = "evse-admin"


class ConfigFile(Section, frozen=True, kw_only=True):
    """A whole file."""

    charger: ChargerSection
    hardware: HardwareSection | None = None
    limits: dict[str, int | float] = {}
    log: LogSection = LogSection()
    state: StateSection = StateSection()
    web: WebSection = WebSection()
    control: ControlSection = ControlSection()
    durability: DurabilitySection = DurabilitySection()
    v2g: V2gSection = V2gSection()

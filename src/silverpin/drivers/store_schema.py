"""What `state.sqlite` holds, version by version.

Each step turns the version before it into its own and never changes once released: a station that
slept for years migrates through all of them. The journal is the truth. Ledger and inspections are
written from it, in its transaction, and can be counted again. History refuses to be rewritten, by
whatever program tries: the triggers go with the file.
"""

from types import MappingProxyType

_VERSION_1 = (
    """
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        utc_ns INTEGER NOT NULL,
        boot TEXT NOT NULL,
        t_ns INTEGER NOT NULL,
        serial TEXT NOT NULL,
        kind TEXT NOT NULL,
        fields TEXT NOT NULL
    )
    """,
    """
    CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is history: its rows never change'); END
    """,
    """
    CREATE TRIGGER journal_never_forgets BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is history: its rows are never deleted'); END
    """,
    """
    CREATE TABLE ledger (
        serial TEXT PRIMARY KEY,
        matings INTEGER NOT NULL,
        matings_since_cleaning INTEGER NOT NULL,
        load_breaks INTEGER NOT NULL,
        reversals INTEGER NOT NULL,
        contactor_operations INTEGER NOT NULL,
        lock_operations INTEGER NOT NULL,
        lock_retries INTEGER NOT NULL,
        emergency_stops INTEGER NOT NULL,
        thermal_events INTEGER NOT NULL,
        charged_kwh REAL NOT NULL,
        discharged_kwh REAL NOT NULL,
        mated_s REAL NOT NULL,
        mated INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE safety (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        memory BLOB NOT NULL
    )
    """,
)
# Inspections get a table: a technician's record must be found without reading the whole journal.
_VERSION_2 = (
    """
    CREATE TABLE inspections (
        id INTEGER PRIMARY KEY REFERENCES journal (id),
        utc_ns INTEGER NOT NULL,
        serial TEXT NOT NULL,
        pins TEXT NOT NULL,
        instrument TEXT NOT NULL,
        technician TEXT NOT NULL,
        certificate TEXT NOT NULL,
        verdict TEXT NOT NULL
    )
    """,
    """
    CREATE TRIGGER inspections_never_change BEFORE UPDATE ON inspections
    BEGIN SELECT RAISE(ABORT, 'an inspection is a record: record another one'); END
    """,
    """
    CREATE TRIGGER inspections_never_forget BEFORE DELETE ON inspections
    BEGIN SELECT RAISE(ABORT, 'an inspection is a record: it is never deleted'); END
    """,
    "CREATE INDEX inspections_of ON inspections (serial, id)",
    "CREATE INDEX journal_of ON journal (serial, id)",
)
# What happened of one kind must be found without reading the whole journal.
_VERSION_3 = ("CREATE INDEX journal_of_kind ON journal (kind, id)",)
# Which connector is on the charger is a record of its own, and each state has a name under which it
# counts. Before, the configuration alone said which: each change of it in the journal is a fitting.
_VERSION_4 = (
    "ALTER TABLE ledger ADD COLUMN matings_inferred INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE ledger ADD COLUMN brought TEXT NOT NULL DEFAULT '{}'",
    """
    UPDATE ledger SET matings_inferred = (
        SELECT count(*) FROM journal WHERE journal.serial = ledger.serial AND kind = 'mated'
        AND instr(fields, '"inferred":"') > 0 AND instr(fields, '"inferred":""') = 0
    )
    """,
    """
    CREATE TABLE fittings (
        id INTEGER PRIMARY KEY REFERENCES journal (id),
        utc_ns INTEGER NOT NULL,
        serial TEXT NOT NULL,
        before TEXT NOT NULL,
        how TEXT NOT NULL,
        who TEXT NOT NULL
    )
    """,
    """
    CREATE TRIGGER fittings_never_change BEFORE UPDATE ON fittings
    BEGIN SELECT RAISE(ABORT, 'a fitting is a record: record another one'); END
    """,
    """
    CREATE TRIGGER fittings_never_forget BEFORE DELETE ON fittings
    BEGIN SELECT RAISE(ABORT, 'a fitting is a record: it is never deleted'); END
    """,
    """
    INSERT INTO fittings (id, utc_ns, serial, before, how, who)
    SELECT id, utc_ns, serial, coalesce(was, ''), 'configured', 'the configuration' FROM (
        SELECT id, utc_ns, serial, lag(serial) OVER (ORDER BY id) AS was FROM journal
    ) WHERE was IS NULL OR was <> serial
    """,
    """
    CREATE TABLE origin (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        name TEXT NOT NULL
    )
    """,
    "INSERT INTO origin (id, name) VALUES (1, lower(hex(randomblob(8))))",
)
# What was metered and not yet booked: written over, so that no row of the journal is spent on it.
_VERSION_5 = (
    """
    CREATE TABLE unbooked (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        portion TEXT NOT NULL
    )
    """,
)
# What tells a contact's resistance: raw blocks for some weeks, each session as its estimate sees it
# for ever, and how far the estimate has come, written over.
_VERSION_6 = (
    """
    CREATE TABLE contact_blocks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        serial TEXT NOT NULL,
        utc_ns INTEGER NOT NULL,
        mating INTEGER NOT NULL,
        span_s REAL NOT NULL,
        current_a REAL,
        square_a2 REAL,
        pin_c REAL,
        air_c REAL,
        v_evse_v REAL,
        v_ev_v REAL,
        cable_c REAL
    )
    """,
    """
    CREATE TABLE contact_sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        serial TEXT NOT NULL,
        start_utc_ns INTEGER NOT NULL,
        end_utc_ns INTEGER NOT NULL,
        last_block INTEGER NOT NULL,
        mean_a REAL NOT NULL,
        dt_s REAL,
        rest_s REAL,
        noise_k REAL,
        loop_ohm REAL,
        loop_sd_ohm REAL,
        blocks BLOB,
        UNIQUE (serial, last_block)
    )
    """,
    "CREATE INDEX contact_sessions_of ON contact_sessions (serial, id)",
    """
    CREATE TABLE contact_memory (
        serial TEXT PRIMARY KEY,
        basis TEXT NOT NULL,
        last_block INTEGER NOT NULL,
        memory BLOB NOT NULL
    ) WITHOUT ROWID
    """,
)
STEPS = MappingProxyType(
    {
        1: _VERSION_1,
        2: _VERSION_2,
        3: _VERSION_3,
        4: _VERSION_4,
        5: _VERSION_5,
        6: _VERSION_6,
    }
)
"""Statements by the version that they lead to."""

NEWEST = max(STEPS)
TABLES = ("ledger", "safety", "inspections", "fittings", "origin")
"""The small tables; the journal is the large one."""

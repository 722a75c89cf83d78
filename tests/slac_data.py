"""Management messages of recorded matches, out of the data folder."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from silverpin.protocols.capture.frames import HomePlugFrame, open_frame
from silverpin.protocols.capture.records import Record, RecordReader
from silverpin.protocols.slac.frames import Frame, open_payload


def recorded(data: Path) -> Iterator[tuple[str, list[tuple[int, Frame]]]]:
    """Name of every capture that holds any, and its management messages with their instants."""
    for path in sorted((data / "v2g_captures").glob("*/*.gz")):
        if path.name.endswith(".csv.gz"):
            continue
        reader = RecordReader()
        items = list(reader.feed(gzip.decompress(path.read_bytes())))
        frames = [
            (item.t_ns or 0, open_payload(told.source, told.destination, told.payload))
            for item in items
            if isinstance(item, Record)
            and isinstance(told := open_frame(item.link, item.data), HomePlugFrame)
        ]
        if frames:
            yield path.name, frames

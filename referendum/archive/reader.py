"""The events of an archive one by one, with container and chain checked (SPEC 2)."""

from collections.abc import Iterator
from typing import BinaryIO

from referendum.archive.container import ContainerReader, Damaged, Record
from referendum.archive.events import Chain, Event
from referendum.crypto.canonical import Malformed

MOST_DATA = 4


class ArchiveReader:
    """Iterates over the events of an archive, one in memory at a time. Raises Damaged.

    Checked: every byte of the container, every hash; parent, height, payload, canonical form of each event.
    Not checked: whether the events stand in a sensible order, and what is in the data.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.container = ContainerReader(stream)
        self.chain = Chain()

    def __iter__(self) -> Iterator[Event]:
        data: list[Record] = []
        for record in self.container:
            if not record.is_event:
                data.append(record)
                if len(data) > MOST_DATA:
                    raise Damaged(record.offset, "there are records that belong to no event")
                continue
            try:
                event = self.chain.read(record, tuple(data))
            except Malformed as problem:
                raise Damaged(record.offset, str(problem)) from None
            data.clear()
            self.chain = self.chain.after(event.type, record.body)
            yield event
        if data:
            raise Damaged(data[0].offset, "the last records belong to no event")

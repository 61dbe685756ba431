"""Where the ballots of an archive stand, in some hundred bytes each, and what is to be checked of each of them."""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from referendum.archive.credential_list import NAME_BYTES, CredentialList
from referendum.crypto.hashing import b64_of_hex


class BallotPlace(NamedTuple):
    """Where a ballot stands, its hash, and the name of the credential it says it is under: "" when it does not say."""

    event: int
    offset: int
    size: int
    digest: str
    credential: str

    @property
    def tracker(self) -> str:
        return b64_of_hex(self.digest)


class Places:
    """The places of all ballots, in the archive's order; each is made when it is asked for."""

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._names = bytearray()

    def append(self, place: BallotPlace) -> None:
        self._numbers.extend((place.event, place.offset, place.size))
        self._names += bytes.fromhex(place.digest)
        self._names += bytes.fromhex(place.credential) or bytes(NAME_BYTES)

    def __len__(self) -> int:
        return len(self._numbers) // 3

    def __getitem__(self, number: int) -> BallotPlace:
        event, offset, size = self._numbers[3 * number : 3 * number + 3]
        start = 2 * NAME_BYTES * number
        digest, credential = (self._names[at : at + NAME_BYTES] for at in (start, start + NAME_BYTES))
        return BallotPlace(event, offset, size, digest.hex(), credential.hex() if any(credential) else "")

    def __iter__(self) -> Iterator[BallotPlace]:
        return (self[number] for number in range(len(self)))

    def repeated(self) -> Iterator[tuple[int, BallotPlace]]:
        """Each ballot that stood there before, with the event as which it first did."""
        first: dict[bytes, int] = {}
        for place in self:
            event = first.setdefault(bytes.fromhex(place.digest), place.event)
            if event != place.event:
                yield event, place


class Task(NamedTuple):
    """A ballot to check.

    ``listed``: its credential is one of the election's. ``weight``: None when a later ballot replaces it.
    """

    place: BallotPlace
    listed: bool
    weight: int | None


class Tasks:
    """What is to be checked of each ballot; each is made when it is asked for."""

    def __init__(self, places: Places, credentials: CredentialList) -> None:
        self._places, self._credentials = places, credentials
        self._listed = array("q")
        """For each ballot the place of its credential in the list, or -1."""
        self._last = array("Q", bytes(8 * len(credentials)))
        """For each credential the event of its last ballot, which counts."""
        for place in places:
            found = credentials.find(place.credential)
            self._listed.append(-1 if found is None else found)
            if found is not None:
                self._last[found] = place.event

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Task:
        place, found = self._places[number], self._listed[number]
        if found < 0:
            return Task(place, False, None)
        counts = self._last[found] == place.event
        return Task(place, True, self._credentials.weights[found] if counts else None)

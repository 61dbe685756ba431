"""The public credentials of an archive by their names, in 44 bytes each: of 600,000 the numbers would fill 400 MB."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from referendum.archive.names import name_of
from referendum.crypto.canonical import Malformed

NAME_BYTES = 32


class CredentialList:
    """Read once, entry by entry; then asked by name. Raises Malformed when one stands there twice."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        self._names = bytearray()
        self.weights = array("Q")
        """In the record's order."""
        for public, weight in entries:
            self._names += bytes.fromhex(name_of(public))
            self.weights.append(weight)
        self._sorted = array("I", sorted(range(len(self)), key=self._name))
        for one, other in pairwise(self._sorted):
            if self._name(one) == self._name(other):
                raise Malformed(f"public credential {other + 1} stands in the list twice")

    def _name(self, place: int) -> bytes:
        return bytes(self._names[place * NAME_BYTES : (place + 1) * NAME_BYTES])

    def __len__(self) -> int:
        return len(self.weights)

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def names(self) -> Iterator[str]:
        """In the record's order."""
        return (self._name(place).hex() for place in range(len(self)))

    def find(self, name: str) -> int | None:
        """The place of the credential with this name in the record, from 0; None when it is not there, as for ""."""
        wanted = bytes.fromhex(name)
        found = bisect_left(self._sorted, wanted, key=self._name)
        if found == len(self) or self._name(self._sorted[found]) != wanted:
            return None
        return self._sorted[found]

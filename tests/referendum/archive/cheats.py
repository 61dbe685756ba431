"""One thing wrong at a time: each cheat, the words in which we refuse it, and whether the outside tool does.

The archive they start from has 5 ballots: the voters 0 to 3, then voter 0 again; 2 trustees.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from referendum.archive.events import EventType
from referendum.crypto.group import G, P
from tests.referendum.archive.forging import (
    Events,
    altered,
    places,
    signed_again,
    with_partial,
    with_record,
    with_setup,
    with_tally,
    without,
)
from tests.referendum.archive.samples import OPTIONS, Sample, make_sample

FIRST, LAST = 1, 5
"""The events of the first and the last ballot."""


class Cheat(NamedTuple):
    name: str
    forge: Callable[[Sample, Events], Events]
    words: str
    tool_refuses: bool = True


def _ballot(events: Events, place: int, body: bytes) -> Events:
    return [*events[:place], (EventType.BALLOT, [body]), *events[place + 1 :]]


def _raw(events: Events, place: int) -> bytes:
    return events[place][1][0]


def signed_ballot(change: Callable[[Any], None], place: int = LAST) -> Callable[[Sample, Events], Events]:
    """A cheat by voter 0, whose ballots are the first and the last."""
    return lambda sample, events: _ballot(events, place, signed_again(sample, 0, _raw(events, place), change))


def altered_ballot(change: Callable[[Any], None]) -> Callable[[Sample, Events], Events]:
    """A cheat by somebody who cannot sign: the last ballot is altered."""
    return lambda sample, events: _ballot(events, LAST, altered(_raw(events, LAST), change))


def _swap_answers(value: Any) -> None:
    choices = value["answers"][0]["choices"]
    choices[1], choices[2] = choices[2], choices[1]


def _large_alpha(value: Any) -> None:
    choice = value["answers"][0]["choices"][0]
    choice["alpha"] = str(int(choice["alpha"]) + P)


def _outside_group(value: Any) -> None:
    choice = value["answers"][0]["choices"][0]
    choice["alpha"] = str(P - int(choice["alpha"]))


def _other_proof(name: str) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        proof = value["answers"][0][name]
        part = proof[0][0] if name == "individual_proofs" else proof[0]
        part["response"] = str(int(part["response"]) ^ 1)

    return change


def _copied(sample: Sample, events: Events) -> Events:
    """The vote of another, whose content the cheat does not know, cast once more under an own code."""
    answers = json.loads(_raw(events, 2))["answers"]
    return signed_ballot(lambda value: value.update(answers=answers))(sample, events)


def _stranger(sample: Sample, events: Events) -> Events:
    """A sixth ballot, faultless, but made with a code that is not of this election."""
    other = make_sample([OPTIONS], 1, seed="stranger")
    voter = Sample(sample.election, other.codes, [], b"", b"", sample.draw)
    return _ballot(events, 4, voter.vote(0, [[1, 0, 0]]))


def _other_election(sample: Sample, events: Events) -> Events:
    other = make_sample([OPTIONS], 1, seed="other")
    return _ballot(events, LAST, other.vote(0, [[1, 0, 0]]))


def _after_the_end(sample: Sample, events: Events) -> Events:
    end = places(events, EventType.END_BALLOTS)[0]
    return [*events[:LAST], events[end], events[LAST], *events[end + 1 :]]


def _no_decryption(sample: Sample, events: Events) -> Events:
    return without(events, *places(events, EventType.PARTIAL_DECRYPTION))


def _twice(kind: EventType) -> Callable[[Sample, Events], Events]:
    def forge(sample: Sample, events: Events) -> Events:
        place = places(events, kind)[0]
        return [*events[: place + 1], *events[place:]]

    return forge


def _wrong_factor(value: Any) -> None:
    row = value["decryption_factors"][0]
    row[1] = str(int(row[1]) * G % P)


def _foreign_factor(value: Any) -> None:
    value["decryption_factors"][0][1] = str(P - 1)


def _more(value: Any) -> None:
    value["result"][0][1] += 1


def _blanks_moved(value: Any) -> None:
    value["result"][0].reverse()


def trustees_altered(change: Callable[[Any], None]) -> Callable[[Sample, Events], Events]:
    return lambda sample, events: with_setup(events, 1, altered(events[0][1][1], change))


def _broken_pok(value: Any) -> None:
    value[1][1]["pok"]["response"] = "5"


def credentials_altered(change: Callable[[Any], None]) -> Callable[[Sample, Events], Events]:
    return lambda sample, events: with_setup(events, 2, altered(events[0][1][2], change))


def record_altered(kind: EventType, change: Callable[[Any], None]) -> Callable[[Sample, Events], Events]:
    return lambda sample, events: with_record(events, kind, change)


TALLY, PARTIAL, RESULT = EventType.ENCRYPTED_TALLY, EventType.PARTIAL_DECRYPTION, EventType.RESULT

CHEATS = [
    Cheat("a ballot dropped", lambda s, e: without(e, 2), "not the product"),
    Cheat("the last ballot dropped", lambda s, e: without(e, LAST), "not the product"),
    Cheat("a ballot after the end", _after_the_end, "Ballot cannot stand after EndBallots"),
    Cheat("a blank in a ballot", lambda s, e: _ballot(e, 2, _raw(e, 2).replace(b":", b": ", 1)), "canonical"),
    Cheat("a ballot that is no JSON", lambda s, e: _ballot(e, 2, b"["), "not JSON"),
    Cheat("a nested ballot", lambda s, e: _ballot(e, 2, b"[" * 4000), "event 2.*nested too deeply"),
    Cheat(
        "ciphertexts swapped, unsigned",
        lambda s, e: _ballot(e, 2, altered(_raw(e, 2), _swap_answers)),
        "signature",
    ),
    Cheat("ciphertexts swapped, signed", signed_ballot(_swap_answers), "answer 1 is 0 or 1"),
    Cheat("a number too large", signed_ballot(_large_alpha), "(number|elements)"),
    Cheat("a number outside the group", signed_ballot(_outside_group), "elements of the group"),
    Cheat("a broken proof of a choice", signed_ballot(_other_proof("individual_proofs")), "the blank is 0 or 1"),
    Cheat("a broken proof of the sum", signed_ballot(_other_proof("overall_proof")), "from 1 to 1 answers"),
    Cheat("a broken proof of the blank", signed_ballot(_other_proof("blank_proof")), "chooses nothing"),
    Cheat("another voter's ballot copied", _copied, "event 5.*the blank is 0 or 1"),
    Cheat("a stranger's ballot", _stranger, "not on the list"),
    Cheat("a ballot of another election", _other_election, "another election"),
    Cheat("a wrong result", record_altered(RESULT, _more), "total 2 is not"),
    Cheat(
        "a result turned round",
        record_altered(RESULT, lambda v: v["result"][0].reverse() or v["result"][0].append(9)),
        "list",
    ),
    Cheat("a result without decryptions", _no_decryption, "Result cannot stand after EncryptedTally"),
    Cheat("one decryption missing", lambda s, e: without(e, places(e, PARTIAL)[1]), "trustee 2 is missing"),
    Cheat(
        "a wrong factor", lambda s, e: with_partial(e, 1, _wrong_factor), "trustee 2.*factor 2 does not hold"
    ),
    Cheat(
        "a factor outside the group", lambda s, e: with_partial(e, 0, _foreign_factor), "trustee 1.*element"
    ),
    Cheat("decryptions under the other name", lambda s, e: _swapped_owners(e), "trustee 2.*does not hold"),
    Cheat("an unknown trustee", record_altered(PARTIAL, lambda v: v.update(owner=3)), "no trustee"),
    Cheat("a broken proof of a key", trustees_altered(_broken_pok), "trustee 2: the proof"),
    Cheat("a trustee left out", trustees_altered(lambda v: v.pop()), "not the product of the trustees"),
    Cheat("a credential twice", credentials_altered(lambda v: v.append(v[0])), "5 stands in the list twice"),
    Cheat("a credential outside the group", credentials_altered(lambda v: v.append("2")), "5 is not an element"),
    Cheat("a credential taken away", credentials_altered(lambda v: v.pop()), "not on the list"),
    Cheat(
        "the questions changed",
        lambda s, e: with_setup(e, 0, e[0][1][0].replace(b"Accept", b"Refuse")),
        "version",
    ),
    Cheat(
        "a set-up that names others",
        record_altered(EventType.SETUP, lambda v: v.update(trustees="0" * 64)),
        "does not name the election",
    ),
    Cheat(
        "a tally of another shape", lambda s, e: with_tally(e, lambda v: v.pop()), "tally: a list of 1", False
    ),
    Cheat("a wrong tally", lambda s, e: with_tally(e, lambda v: v[0].reverse()), "not the product", False),
    Cheat("a wrong number of ballots", record_altered(TALLY, lambda v: v.update(num_tallied=5)), "says 5", False),
    Cheat("a wrong weight", record_altered(TALLY, lambda v: v.update(total_weight=5)), "weight", False),
    Cheat("another tally named", record_altered(TALLY, lambda v: v.update(encrypted_tally="0" * 64)), "named"),
    Cheat("no tally", lambda s, e: without(e, places(e, TALLY)[0]), "cannot stand after EndBallots", False),
    Cheat("no end", lambda s, e: without(e, 6), "EncryptedTally cannot stand after Ballot", False),
    Cheat("a decryption twice", _twice(PARTIAL), "trustee 1.*twice", False),
    Cheat("two results", _twice(RESULT), "Result cannot stand after Result", False),
    Cheat("a ballot twice", _twice(EventType.BALLOT), "event 2, ballot .*twice, first as event 1", False),
    Cheat("the set-up alone", lambda s, e: e[:1], "stops after Setup", False),
    Cheat("no result", lambda s, e: e[:-1], "stops after PartialDecryption", False),
]


def _swapped_owners(events: Events) -> Events:
    one, two = places(events, PARTIAL)
    events = with_record(events, PARTIAL, lambda value: value.update(owner=2), 0)
    return with_record(events, PARTIAL, lambda value: value.update(owner=1), 1) if one < two else events

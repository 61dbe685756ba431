"""More cheats, one number or field at a time: each proof, each record; every hash is in place, every ballot signed."""

from collections.abc import Callable
from typing import Any

from referendum.archive.events import EventType
from referendum.crypto.group import P, Q
from tests.referendum.archive.cheats import (
    LAST,
    Cheat,
    altered_ballot,
    credentials_altered,
    record_altered,
    signed_ballot,
    trustees_altered,
)
from tests.referendum.archive.forging import Events, altered, places, with_partial, with_setup
from tests.referendum.archive.samples import Sample

TALLY, PARTIAL, RESULT = EventType.ENCRYPTED_TALLY, EventType.PARTIAL_DECRYPTION, EventType.RESULT
Change = Callable[[Any], None]


def _answer(change: Change) -> Change:
    return lambda ballot: change(ballot["answers"][0])


def _at(*steps: str | int, to: Any) -> Change:
    """A change of one place of a value."""

    def change(value: Any) -> None:
        for step in steps[:-1]:
            value = value[step]
        value[steps[-1]] = to(value[steps[-1]]) if callable(to) else to

    return change


def _one_more(text: str) -> str:
    return str((int(text) + 1) % Q)


def _election(change: Change) -> Callable[[Sample, Events], Events]:
    return lambda _sample, events: with_setup(events, 0, altered(events[0][1][0], change))


def _partial(change: Change) -> Callable[[Sample, Events], Events]:
    return lambda _sample, events: with_partial(events, 0, change)


def _moved(kind: EventType, to: int) -> Callable[[Sample, Events], Events]:
    def forge(_sample: Sample, events: Events) -> Events:
        event = events[places(events, kind)[0]]
        rest = [each for each in events if each is not event]
        return [*rest[:to], event, *rest[to:]]

    return forge


def _ballot(*steps: str | int, to: Any) -> Callable[[Sample, Events], Events]:
    return signed_ballot(_answer(_at(*steps, to=to)))


NUMBER_CHEATS = [
    Cheat(
        "a challenge of a choice's proof", _ballot("individual_proofs", 2, 1, "challenge", to=_one_more), "answer 2 is",
    ),
    Cheat(
        "a response of a choice's proof", _ballot("individual_proofs", 3, 0, "response", to=_one_more), "answer 3 is",
    ),
    Cheat("a challenge of the sum's proof", _ballot("overall_proof", 1, "challenge", to=_one_more), "from 1 to 1"),
    Cheat("a challenge of the blank's proof", _ballot("blank_proof", 1, "challenge", to=_one_more), "chooses nothing"),
    Cheat("a proof too large", _ballot("blank_proof", 0, "response", to=str(Q)), "not a pair of exponents"),
    Cheat("a proof with a sign", _ballot("overall_proof", 0, "response", to="-1"), "not a pair of exponents"),
    Cheat("a choice of nothing", _ballot("choices", 1, "alpha", to="0"), "elements|number"),
    Cheat("a choice without its text", _ballot("choices", 1, "beta", to="01"), "number"),
    Cheat("a choice too few", _ballot("choices", to=lambda choices: choices[:-1]), "list of 4"),
    Cheat("a proof too few", _ballot("individual_proofs", to=lambda proofs: proofs[:-1]), "list of 4"),
    Cheat("a proof of the sum too many", _ballot("overall_proof", to=lambda proofs: proofs * 2), "longer than any"),
    Cheat("a ballot without its blank proof", signed_ballot(_answer(lambda v: v.pop("blank_proof"))), "blank_proof"),
    Cheat("a field more in a ballot", signed_ballot(_at("more", to=1)), "event 5.*(does not belong|canonical)"),
    Cheat("a ballot for other questions", signed_ballot(_at("election_hash", to="A" * 43)), "another version"),
    Cheat("a signature of another content", altered_ballot(_at("signature", "hash", to="A" * 43)), "another content"),
    Cheat(
        "a signature by somebody else",
        altered_ballot(_at("signature", "proof", "response", to=_one_more)),
        "event 5.*not made with its credential",
    ),
    Cheat("a credential with a zero before it", signed_ballot(_at("credential", to=lambda c: f"0{c}")), "event 5"),
    Cheat("another uuid", _election(_at("uuid", to="11111111111111")), "another election"),
    Cheat("a uuid of other letters", _election(_at("uuid", to="0OIl" * 4)), "identifier"),
    Cheat("another group", _election(_at("group", to="RFC-3526-2048")), "group is not"),
    Cheat("another key", _election(_at("public_key", to="4")), "set-up: the (public key|election's key)"),
    Cheat("the key 1", _election(_at("public_key", to="1")), "set-up: the public key is not an element"),
    Cheat("more choices than answers", _election(_at("questions", 0, "max", to=4)), "question 1: the least"),
    Cheat("another version", _election(_at("version", to=2)), "version is not 1"),
    Cheat("a field more in the election", _election(_at("more", to=1)), "does not belong there"),
    Cheat(
        "the challenge of a key's proof", trustees_altered(_at(0, 1, "pok", "challenge", to=_one_more)), "trustee 1:",
    ),
    Cheat("a trustee's key outside the group", trustees_altered(_at(0, 1, "public_key", to=str(P - 1))), "trustee 1:"),
    Cheat("a trustee twice", trustees_altered(lambda v: v.append(v[0])), "two trustees have the same key"),
    Cheat("no trustee", trustees_altered(lambda v: v.clear()), "there is no trustee"),
    Cheat("a trustee of another kind", trustees_altered(_at(1, 0, to="Double")), "trustee 2 is neither"),
    Cheat(
        "a credential that counts twice", credentials_altered(_at(0, to=lambda c: f"{c},2")), "weight is not|product",
    ),
    Cheat("a credential that is no number", credentials_altered(_at(1, to="x")), "credential 2 is not a number"),
    Cheat("a field more in the tally", record_altered(TALLY, _at("more", to=1)), "encrypted tally: .*belong", False),
    Cheat("a count as a text", record_altered(TALLY, _at("num_tallied", to="4")), "says 4 ballots count", False),
    Cheat(
        "the challenge of a decryption", _partial(_at("decryption_proofs", 0, 2, "challenge", to=_one_more)),
        "trustee 1.*factor 3 does not hold",
    ),
    Cheat(
        "the response of a decryption", _partial(_at("decryption_proofs", 0, 0, "response", to=_one_more)),
        "trustee 1.*factor 1 does not hold",
    ),
    Cheat(
        "factors in another order", _partial(_at("decryption_factors", 0, to=lambda row: row[::-1])), "trustee 1.*hold",
    ),
    Cheat("a factor too few", _partial(_at("decryption_factors", 0, to=lambda row: row[:-1])), "trustee 1.*list of 4"),
    Cheat("another decryption named", record_altered(PARTIAL, _at("payload", to="0" * 64)), "trustee 1.*is named"),
    Cheat("a decryption of nobody", record_altered(PARTIAL, _at("owner", to=0)), "names no trustee"),
    Cheat("a key named nothing", trustees_altered(_at(0, 1, "name", to=None)), "trustee 1: a text was expected", False),
    Cheat("a credential that anybody has", credentials_altered(lambda v: v.append("1")), "5 is 1, under which", False),
    Cheat("a total as a text", record_altered(RESULT, _at("result", 0, 1, to=str)), "not a whole number", False),
    Cheat("a total below nothing", record_altered(RESULT, _at("result", 0, 0, to=-1)), "not a whole number"),
    Cheat(
        "a total that goes round", record_altered(RESULT, _at("result", 0, 1, to=lambda n: str(n + Q))),
        "not a whole number", False,
    ),
    Cheat(
        "a decryption before the tally", _moved(PARTIAL, LAST + 2), "PartialDecryption cannot stand after EndBallots",
    ),
    Cheat("the end at the beginning", _moved(EventType.END_BALLOTS, 1), "Ballot cannot stand after EndBal", False),
    Cheat("the set-up twice", lambda _s, e: [e[0], *e], "Setup cannot stand after Setup", False),
    Cheat(
        "the ends twice", lambda _s, e: [*e[: LAST + 2], *e[LAST + 1 :]], "EndBallots cannot stand after EndBal", False,
    ),
]

"""Signatures checked by a process beside the server, and by the server itself where that process is gone."""

import pytest
from flask import Flask
from gevent import monkey

from referendum.casting.envelope import Signature, open_pair
from referendum.casting.neighbour import WORTH_ASKING, Neighbour
from tests.build_votes import make_vote
from tests.conftest import NOW
from tests.people import Cast


@pytest.fixture
def signatures(ground: Flask, cast: Cast) -> list[Signature]:
    """As many as are worth asking about; the last one is by another than it says."""
    ballots = make_vote(cast, now=NOW, citations=False)
    first, second = (open_pair(ballots.pair(voter)).v.signature for voter in (0, 1))
    return [*[first] * (WORTH_ASKING - 1), first._replace(credential=second.credential)]


def test_the_neighbour_says_of_each_signature_whether_it_holds_and_is_followed_by_another_when_it_dies(
    signatures: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey, "is_module_patched", lambda _name: True)
    wanted = [True] * (WORTH_ASKING - 1) + [False]
    neighbour = Neighbour()
    assert neighbour.check(signatures) == wanted
    first = neighbour._child
    assert first
    first.kill()
    first.wait()
    assert neighbour.check(signatures) == wanted, "the server has checked by itself"
    assert neighbour.check(signatures) == wanted
    second = neighbour._child
    assert second
    assert second.pid != first.pid
    second.kill()
    second.wait()


@pytest.mark.parametrize(
    "change", [{"challenge": "0"}, {"response": "9" * 77}, {"credential": "0"}, {"credential": "1"}, {"hash": "A" * 43}]
)
def test_an_altered_signature_does_not_hold(signatures: list[Signature], change: dict[str, str]) -> None:
    neighbour = Neighbour()
    assert neighbour.check([signatures[0], signatures[0]._replace(**change)]) == [True, False]

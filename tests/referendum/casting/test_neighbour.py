"""Signatures checked by a process beside the server, and by the server itself where that process is gone."""

import sys

import gevent
import pytest
from flask import Flask
from gevent import monkey, socket

from referendum.casting.envelope import Signature, open_pair
from referendum.casting.neighbour import Neighbour
from tests.build_votes import make_vote
from tests.conftest import NOW
from tests.people import Cast


@pytest.fixture
def signatures(ground: Flask, cast: Cast) -> list[Signature]:
    """Two that hold; the third is by another than it says."""
    ballots = make_vote(cast, now=NOW, citations=False)
    first, second = (open_pair(ballots.pair(voter)).v.signature for voter in (0, 1))
    return [first, second, first._replace(credential=second.credential)]


def asked_together(neighbour: Neighbour, signatures: list[Signature]) -> list[bool]:
    """What is found by people who come at the same moment."""
    people = [gevent.spawn(neighbour.finds_signed, each) for each in signatures]
    gevent.joinall(people, timeout=20)
    return [each.get(block=False) for each in people]


def test_the_neighbour_says_of_each_signature_whether_it_holds_and_is_followed_by_another_when_it_dies(
    signatures: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey, "is_module_patched", lambda _name: True)
    wanted = [True, True, False]
    neighbour = Neighbour()
    assert asked_together(neighbour, signatures) == wanted
    first = neighbour._child
    first.kill()
    first.wait()
    assert asked_together(neighbour, signatures) == wanted, "the server has checked by itself"
    assert asked_together(neighbour, signatures) == wanted
    second = neighbour._child
    assert second.pid != first.pid
    second.kill()
    second.wait()


class Full:
    """A line that takes nothing for a while, then breaks."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.close = line.close

    def sendall(self, _said: bytes) -> None:
        gevent.sleep(0.05)
        self.line.shutdown(socket.SHUT_RDWR)
        raise BrokenPipeError


def test_who_is_cut_off_while_asking_leaves_nobody_else_another_s_answer(
    signatures: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey, "is_module_patched", lambda _name: True)
    neighbour = Neighbour()
    assert asked_together(neighbour, signatures) == [True, True, False]
    first, line = neighbour._child, neighbour._line
    neighbour._line = Full(line)
    cut_off = gevent.spawn(neighbour.finds_signed, signatures[0])
    gevent.sleep(0)
    cut_off.kill()
    assert line.fileno() == -1, "a line half said is used no more"
    assert asked_together(neighbour, signatures[::-1]) == [False, True, True]
    for child in {first, neighbour._child}:
        child.kill()
        child.wait()


def test_who_asks_while_the_line_is_full_or_breaks_is_answered_by_the_server_or_by_the_next_neighbour(
    signatures: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey, "is_module_patched", lambda _name: True)
    neighbour = Neighbour()
    assert asked_together(neighbour, signatures) == [True, True, False]
    first = neighbour._child
    neighbour._line = Full(neighbour._line)
    early = gevent.spawn(neighbour.finds_signed, signatures[2])
    gevent.sleep(0.01)
    assert asked_together(neighbour, signatures[::-1]) == [False, True, True]
    assert early.get(timeout=20) is False
    assert asked_together(neighbour, signatures) == [True, True, False]
    assert neighbour._child is not first
    for child in (first, neighbour._child):
        child.kill()
        child.wait()


def test_where_no_neighbour_can_be_started_the_server_checks_by_itself(
    signatures: list[Signature], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monkey, "is_module_patched", lambda _name: True)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert asked_together(Neighbour(), signatures) == [True, True, False]


@pytest.mark.parametrize(
    "change", [{"challenge": "0"}, {"response": "9" * 77}, {"credential": "0"}, {"credential": "1"}, {"hash": "A" * 43}]
)
def test_an_altered_signature_does_not_hold(signatures: list[Signature], change: dict[str, str]) -> None:
    neighbour = Neighbour()
    assert neighbour.finds_signed(signatures[0])
    assert not neighbour.finds_signed(signatures[0]._replace(**change))

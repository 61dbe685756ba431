"""Rounds of what comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from flask import Flask

from forum.kernel.together import Gathering


def test_what_comes_during_a_round_gathers_for_the_next_and_each_item_belongs_to_one_of_them(app: Flask) -> None:
    rounds: list[list[int]] = []
    seven_wait = Event()

    def do(items: list[int]) -> list[int]:
        rounds.append(items)
        assert seven_wait.wait(20)
        return [2 * each for each in items]

    gathering: Gathering[int, int] = Gathering(do, most=5)

    def ask(item: int) -> int:
        with app.app_context():
            return gathering.ask(item)

    with ThreadPoolExecutor(8) as people:
        answers = [people.submit(ask, 0)]
        while not rounds:
            pass
        answers += [people.submit(ask, item) for item in range(1, 8)]
        while len(gathering.waiting) < 7:
            pass
        seven_wait.set()
        assert [each.result() for each in answers] == [2 * each for each in range(8)]
    assert [len(each) for each in rounds] == [1, 5, 2]
    assert sorted(item for each in rounds for item in each) == list(range(8))

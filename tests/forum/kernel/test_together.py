"""Rounds of what comes at the same moment, several at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from forum.kernel.together import Gathering


def test_two_rounds_go_on_at_once_and_each_item_belongs_to_one_of_them(app: Flask) -> None:
    both_are_at_it = Barrier(2, timeout=20)
    done: list[int] = []

    def do(items: list[int]) -> list[int]:
        both_are_at_it.wait()
        done.extend(items)
        return [2 * each for each in items]

    gathering: Gathering[int, int] = Gathering(do, most=1, at_once=2)

    def ask(item: int) -> int:
        with app.app_context():
            return gathering.ask(item)

    with ThreadPoolExecutor(8) as people:
        assert list(people.map(ask, range(8))) == [2 * each for each in range(8)]
    assert sorted(done) == list(range(8))

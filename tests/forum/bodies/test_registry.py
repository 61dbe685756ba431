"""The registry takes one effect for each known act, and the same one again when a second app starts."""

from datetime import datetime

import pytest

from forum.bodies import registry
from forum.bodies.models import BodyAct


def one_effect(act: BodyAct, now: datetime) -> None: ...


def another_effect(act: BodyAct, now: datetime) -> None: ...


def test_it_refuses_an_act_that_no_body_knows() -> None:
    with pytest.raises(KeyError):
        registry.on_effect("crown_a_king", one_effect)


def test_it_refuses_a_second_effect_for_one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_effects", {})
    registry.on_effect("certify", one_effect)
    registry.on_effect("certify", one_effect)
    with pytest.raises(RuntimeError, match="already has an effect"):
        registry.on_effect("certify", another_effect)


def test_it_refuses_a_body_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="politburo"):
        registry.register_body("politburo", lambda _: [])

"""The count's own tests end where the vote's move to its next state begins: that is conduct's, and tested there."""

from collections.abc import Iterator

import pytest
from flask import Flask

from forum.kernel import slots


@pytest.fixture(autouse=True)
def _count_alone(app: Flask) -> Iterator[None]:
    others = slots._filled.pop("count.finished", [])
    yield
    slots._filled["count.finished"] = others

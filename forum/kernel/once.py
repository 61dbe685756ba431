"""A read that many parts of one page ask for is sent to the database once.

It holds within one transaction that only reads, where the same question has the same answer; inside a write, and
outside a transaction, every call asks anew. What such a read gives is shared, so nobody changes it.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from forum.kernel.database import READ, db

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def once_a_page(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Keep what `read` gives for these arguments until the transaction for reading ends."""

    @wraps(read)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        kept: dict[Hashable, Any] | None = db.session.info.get(READ)
        if kept is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        answer: Answer = kept[key]
        return answer

    return asked

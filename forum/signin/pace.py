"""How fast tries may follow each other: some for free, then growing delays that end by themselves, never a lock-out.

Counted are the account at one address, the account wherever it is tried, and the address. A success takes failures
back, so that fifty members behind one factory address do not slow each other down. A mailed code has five tries of its
own and fits in one browser only, so it is not slowed by account: nobody can spend another's tries. Passkeys cannot be
guessed and are not slowed at all.
"""

from forum.kernel import limits
from forum.signin import rules

# act -> (free in 15 minutes, longest delay in seconds) for account at this address, account anywhere, address
PACES: dict[str, tuple[tuple[int, int] | None, tuple[int, int] | None, tuple[int, int]]] = {
    "ask": ((5, 120), (20, 30), (60, 60)),
    "code": (None, None, (20, 60)),
    "password": ((5, 120), (20, 30), (20, 60)),
}


def refuse_hurry(act: str, who: str, address: str) -> None:
    """Raise `TooMany` while this account or this address has to wait for `act`."""
    for key in _keys(who, address):
        limits.refuse_while_slowed(act, *key)


def count_failure(act: str, who: str, address: str) -> None:
    """Count one try that failed, or one code asked for."""
    for key, pace in zip(_keys(who, address), PACES[act], strict=True):
        if pace is not None:
            limits.slow_down(act, *key, after=pace[0], longest=pace[1])


def forgive(who: str, address: str) -> None:
    """Somebody signed in: what they needed to get there no longer counts against those who share the address."""
    together, account, place = _keys(who, address)
    for act in PACES:
        limits.forgive(act, *together, failures=1_000)
        limits.forgive(act, *account, failures=5)
        limits.forgive(act, *place, failures=5)


def _keys(who: str, address: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    who = rules.closed_up(who)  # one account, with whatever gaps its number is typed
    return ("account", who, "address", address), ("account", who), ("address", address)

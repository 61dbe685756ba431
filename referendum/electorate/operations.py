"""Freezing the roll, the tellers' keys, and the key of the sealed list."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import structlog

from forum.kernel import audit
from forum.kernel.database import attempt, db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, Stale, refuse_unless
from forum.questions.process import Electorate as Rule
from forum.questions.queries import process_of, question_by_id
from forum.roll.import_queries import changed_since
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import draw_exponent, draw_secret, power_of_g
from referendum.crypto.trustee import read_trustee_key
from referendum.electorate import claim_queries, queries, rules
from referendum.electorate.claim_rules import waits_for_rulings
from referendum.electorate.freezing import FrozenRoll
from referendum.electorate.later_operations import take_over_roll
from referendum.electorate.models import Electorate, RollEntry, TellerKey
from referendum.electorate.sealing import NEEDED, seal, split
from referendum.electorate.way_rules import refuse_own_way
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of, votes_in
from referendum.registration.queries import registered_members

log = structlog.get_logger()
AT_ONCE = 5_000
ONLY_LATE = N_("The clock freezes the roll at the record date. A teller does it only where the clock could not.")
ONLY_TELLERS = N_("Only the tellers of this question do this.")


class Act(audit.Act):
    """Acts of power over the electorate."""

    FREEZE_ROLL = "freeze_roll"
    UPLOAD_TELLER_KEY = "upload_teller_key"
    SET_UP_SEALED_LIST = "set_up_sealed_list"
    FINISH_CODES = "finish_codes"
    STORE_SPARES = "store_spares"
    GO_ON_WITH_CODES = "go_on_with_codes"
    PRINT_LETTERS = "print_letters"
    SETTLE_LETTERS = "settle_letters"
    SEAL_CREDENTIALS = "seal_credentials"
    ASK_OPENING = "ask_opening"
    GIVE_SHARE = "give_share"
    OPEN_SEALED_LIST = "open_sealed_list"
    DESTROY_SEALED_LIST = "destroy_sealed_list"
    GIVE_SPARES = "give_spares"
    DROP_OPENING = "drop_opening"
    SEND_REMINDERS = "send_reminders"


def freeze_due(now: datetime) -> int:
    """The clock freezes every roll whose record date has come; it waits two days for rulings on challenges to the roll.
    Says how many."""
    return _freeze_all(now, waits=True)


def freeze_before_import(now: datetime) -> int:
    """Each roll whose record date has come is frozen before an import changes it, ruled on or not."""
    return _freeze_all(now, waits=False)


def _freeze_all(now: datetime, *, waits: bool) -> int:
    frozen = 0
    for vote in votes_in("set_up"):
        instant = queries.record_instant(vote)
        if instant is None or now < instant or _is_frozen(vote) or (waits and _waits(vote, instant, now)):
            continue
        if _is_frozen(locked(vote)):  # asked again once it is held
            continue
        try:
            with attempt():
                _freeze(None, vote, instant, now)
                frozen += 1
        except Refused as refused:
            log.warning("a roll was not frozen at its record date", vote=vote.id, reason=str(refused))
    return frozen


def _waits(vote: Vote, instant: datetime, now: datetime) -> bool:
    return waits_for_rulings(instant, now, claim_queries.claim_counts(vote.question_id).get("", 0))


def _is_frozen(vote: Vote) -> bool:
    return queries.electorate(vote.id) is not None


def freeze_roll(actor: Actor, vote: Vote, *, now: datetime) -> Electorate:
    """One teller freezes the roll where the clock could not."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    locked(vote)  # neither a second click nor the clock comes in between
    refuse_unless(vote.state == "set_up", N_("Voting has opened. The roll can no longer be frozen."))
    if _is_frozen(vote):
        raise Stale(N_("The roll is frozen already. It never changes again."))
    instant = queries.record_instant(vote)
    if instant is None or not rules.is_late(instant, now):
        raise Refused(ONLY_LATE)
    owed = _waits(vote, instant, now)
    refuse_unless(not owed, N_("Challenges to the roll wait for your ruling. Rule on them first."))
    return _freeze(actor, vote, instant, now)


def _freeze(actor: Actor | None, vote: Vote, instant: datetime, now: datetime) -> Electorate:
    """Write down who may vote, once and for good."""
    if first := queries.first_roll(vote):
        return _take_over(actor, vote, first, now)
    refuse_unless(
        not changed_since(instant),
        N_("The roll was changed by an import after the record date. Undo that import, then freeze the roll."),
    )
    question = question_by_id(vote.question_id)
    rule, registered = process_of(question).electorate, registered_members(question)
    roll = FrozenRoll(rule, claim_queries.rulings(question.id), asks_registration=registered is not None)
    _write_entries(vote.id, roll.choose(queries.voters_now(registered)))
    refuse_unless(roll.chosen, rules.NOBODY)
    frozen = Electorate(
        vote_id=vote.id, rule=_rule_as_json(rule) | {"by_ruling": roll.by_ruling},
        record_at=instant, frozen_at=now, roll_count=roll.count, size=len(roll.chosen),
        admitted_count=roll.admitted_count, spare_count=0, roll_hash=rules.hash_of(roll.chosen), units=[],
        codes="none", sealed_hash="", list_key="",
    )  # fmt: skip
    db.session.add(frozen)
    db.session.flush()
    frozen.units = [
        {"name": unit.name, "locals": [each.local for each in unit.locals], "eligible": unit.eligible}
        for unit in rules.make_units(queries.local_sizes(vote.id))
    ]
    audit.record(
        actor, Act.FREEZE_ROLL, subject_of(vote), now=now, office="teller" if actor else "clock", size=frozen.size,
        roll_hash=frozen.roll_hash, rule=frozen.rule, record_at=instant.isoformat(), frozen_at=now.isoformat(),
    )  # fmt: skip
    return frozen


def _take_over(actor: Actor | None, vote: Vote, first: Electorate, now: datetime) -> Electorate:
    roll = take_over_roll(vote, first)
    audit.record(
        actor, Act.FREEZE_ROLL, subject_of(vote), now=now, office="teller" if actor else "clock", size=roll.size,
        roll_hash=roll.roll_hash, frozen_at=roll.frozen_at.isoformat(), of="the vote before",
    )  # fmt: skip
    return roll


def _write_entries(vote_id: int, chosen: Iterator[tuple[int, int, int]]) -> None:
    """An entry for each (member, local, council), some thousand at a time."""
    while some := list(islice(chosen, AT_ONCE)):
        rows = [
            {
                "vote_id": vote_id, "entry": secrets.token_hex(11), "member_id": member, "local_id": local,
                "council_id": council, "delivery": "waiting",
            }
            for member, local, council in some
        ]  # fmt: skip
        db.session.execute(db.insert(RollEntry), rows)


def _rule_as_json(rule: Rule) -> dict[str, Any]:
    return {name: sorted(getattr(rule, name)) for name in ("standings", "countries", "councils", "locals")}


def upload_teller_key(actor: Actor, vote: Vote, public_key: object, now: datetime) -> TellerKey:
    """Keep a teller's public key for the sealed list. The same key again changes nothing; another one replaces it
    until the list is set up."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    key = checked_key(public_key)
    locked(vote)  # the same key sent twice at once is the same key again
    held = queries.teller_key(vote.id, actor.member_id)
    if held is not None and held.public_key["public_key"] == key["public_key"]:
        return held
    roll = queries.electorate(vote.id)
    refuse_unless(
        vote.state == "set_up" and not (roll and roll.list_key),
        N_("The sealed list is set up already, with the keys that were there then."),
    )
    others = [each for each in queries.teller_keys(vote.id) if each.member_id != actor.member_id]
    refuse_unless(
        all(each.public_key["public_key"] != key["public_key"] for each in others),
        N_("Another teller handed in this very key. Each teller makes one of their own."),
    )
    if held is None:
        held = TellerKey(vote_id=vote.id, member_id=actor.member_id, public_key=key, share=None, at=now)
        db.session.add(held)
    else:
        held.public_key, held.at = key, now
    audit.record(
        actor, Act.UPLOAD_TELLER_KEY, subject_of(vote), now=now, office="teller",
        key_hash=queries.digest_of(key["public_key"]),
    )  # fmt: skip
    return held


def checked_key(public_key: object) -> dict[str, Any]:
    """A public key as its JSON value, its proof of possession checked. A name in it is not kept: who holds the key
    stands beside it, and nobody writes into the public record what they please."""
    try:
        return replace(read_trustee_key(public_key), name=None).as_json()
    except Malformed:
        raise Refused(
            N_("This is not a public key with a proof that holds. Nothing was stored. Make it anew on this page.")
        ) from None


def set_up_sealed_list(vote: Vote, now: datetime) -> Electorate:
    """Draw the list's key, give each teller a share sealed to their key, and forget the secret half at once."""
    roll = queries.frozen_electorate(vote.id)
    if roll.list_key:
        return roll
    refuse_own_way(vote.params)  # where the tellers make the codes they draw this key too
    keys = queries.teller_keys(vote.id)
    refuse_unless(
        len(keys) >= NEEDED, N_("The sealed list needs the keys of at least two tellers before codes are made.")
    )
    private = draw_exponent(draw_secret)
    for place, (key, share) in enumerate(zip(keys, split(private, len(keys)), strict=True), start=1):
        sealed = seal(int(key.public_key["public_key"]), str(share).encode())
        key.share = {"place": place, "public": str(power_of_g(share)), "sealed": sealed}
    roll.list_key = str(power_of_g(private))
    audit.record(
        None, Act.SET_UP_SEALED_LIST, subject_of(vote), now=now, office="clock",
        tellers=len(keys), needed=NEEDED, list_key_hash=queries.digest_of(roll.list_key),
    )  # fmt: skip
    return roll

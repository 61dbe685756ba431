"""How the demo tells equal reach: a mail of the leadership and the other side's answer, a pin, a banner, turns held."""

from datetime import datetime, timedelta
from typing import Any

from forum.kernel.database import db
from forum.reach import offer_operations, operations
from forum.reach.forms import NewFavour, Words
from forum.reach.models import Offer
from forum.reach.rules import Audience, Kind
from forum.sittings import floor_operations
from forum.sittings.forms import Call, Request
from referendum.rehearsal import sessions
from referendum.rehearsal.debating import number_of_argument
from referendum.rehearsal.reading_union import moment
from referendum.rehearsal.stage import Happening, Made, Stage


def reach(stage: Stage, made: Made, told: dict[str, Any], first_day: datetime) -> list[Happening]:
    """What an officer and a host said in favour of an option, and what the other side did with the offer."""

    def favour(key: str, new: NewFavour, now: datetime) -> None:
        operations.favour(stage.person(key), made.question_id, new, now=now)

    def mail(now: datetime) -> None:
        option, key, _, title, words = told["mail"]
        favour(key, NewFavour(Kind.MAIL, made.options[option], Words(title, words)), now)

    def take(kind: Kind, row: list[str], now: datetime) -> None:
        """The newest of what was offered, in own words."""
        key, _, title, words = row
        query = db.select(Offer.id).where(Offer.question_id == made.question_id, Offer.kind == kind)
        offer_id = db.session.scalars(query.order_by(Offer.id.desc()).limit(1)).one()
        offer_operations.take_offer(stage.person(key), offer_id, Words(title, words), now=now)

    def answer(now: datetime) -> None:
        take(Kind.MAIL, told["answer"], now)

    def slot(now: datetime) -> None:
        take(Kind.BULLETIN, told["slot"], now)

    def pin(now: datetime) -> None:
        option, key, hall, _, argument, days = told["pin"]
        words = Words(pinned=f"argument:{number_of_argument(made, argument)}")
        new = NewFavour(
            Kind.PIN, made.options[option], words, Audience.LOCAL, hall_id=made.halls[hall], days=days
        )
        favour(key, new, now)

    def banner(now: datetime) -> None:
        option, key, _, words, days = told["banner"]
        favour(key, NewFavour(Kind.BANNER, made.options[option], Words(source=words), days=days), now)

    acts = {
        "mail": (mail, 2), "answer": (answer, 1), "slot": (slot, 1), "pin": (pin, 3), "banner": (banner, 2),
    }  # fmt: skip
    return [(moment(first_day, told[name][place]), act) for name, (act, place) in acts.items()]


def spoken(stage: Stage, made: Made, hall: str, at: datetime, turns: list[list[Any]]) -> list[Happening]:
    """Turns on the floor of a held session; rows are author, option, minutes after the opening, minutes held."""
    happenings: list[Happening] = []
    for key, option, minute, held in turns:

        def speak(now: datetime, key: str = key, option: str = option) -> None:
            sitting, request = sessions.open_session(made, hall), Request(made.options[option], remote=False)
            floor_operations.ask_to_speak(stage.person(key), sitting, request, now=now)
            floor_operations.call_next(stage.host(hall), sitting, Call(), now=now)

        def end(now: datetime) -> None:
            floor_operations.end_turn(stage.host(hall), sessions.open_session(made, hall), now=now)

        began = at + timedelta(minutes=minute)
        happenings += [(began, speak), (began + timedelta(minutes=held), end)]
    return happenings

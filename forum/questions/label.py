"""The process label: what a process is, like a list of contents on a tin. Computed from facts, never typed.

A fact that is None was not told by anyone, and its row says "not documented"; while a decision is still ahead it says
that it is not known yet. A row that says no says it in the same words and size as one that says yes.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_, Percentage
from forum.questions.floor import FloorProof
from forum.questions.phrase import Phrase
from forum.questions.process import (
    ByNameStage,
    CodesBy,
    Electorate,
    MembersVoteStage,
    Process,
    StageKind,
    SurveyStage,
)

NOT_DOCUMENTED = Phrase(N_("Not documented"))
NOT_YET = Phrase(N_("Not known yet"))
UNKNOWN = (NOT_DOCUMENTED, NOT_YET)
NO_VOTE = Phrase(N_("There is no members’ vote"))


class CheckedBy(StrEnum):
    ANYONE = "anyone"
    OBSERVERS = "observers"
    NOBODY = "nobody"


@dataclass(frozen=True)
class LabelFacts:
    """What is known about a process. None always means: nobody has told. `ballots` are those that came in, `box_at` is
    the address of another site that keeps them, `by_name` are the bodies that vote in the open after the members, or
    instead of them. A survey that waits has asked nobody yet."""

    debate: bool | None = None
    debate_days: int | None = None
    town_halls: int = 0
    town_halls_held: int | None = None
    locals_share: Fraction | None = None
    locals_count: int | None = None
    locals_honoured: int | None = None
    locals_wanting: tuple[str, ...] = ()
    locals_exempt: tuple[str, ...] = ()
    reach_unanswered: tuple[str, ...] = ()
    members_vote: bool | None = None
    everyone: bool | None = None
    sample: int | None = None
    survey_waits: bool = False
    survey_answers: int | None = None
    registration: bool = False
    registered: int | None = None
    eligible_count: int | None = None
    roll_count: int | None = None
    ballots: int | None = None
    secret: bool | None = None
    codes_by: CodesBy | None = None
    trustees_to_come: bool = False
    trustees_count: int | None = None
    trustees_barred: int = 0
    trustees_enough: int = 0
    counted_by: str = ""
    box_at: str = ""
    checked_by: CheckedBy | None = None
    by_name: tuple[str, ...] = ()
    bound: bool | None = None
    bound_since: datetime | None = None


@dataclass(frozen=True)
class LabelRow:
    """One row: the question, the answer, and sentences beneath it. `known` is False when nobody has told."""

    code: str
    question: str
    answer: Phrase
    beneath: tuple[Phrase, ...] = ()

    @property
    def known(self) -> bool:
        return self.answer not in UNKNOWN


def planned_facts(process: Process) -> dict[str, object]:
    """What the process alone promises, as `LabelFacts` fields; what happened replaces it later.

    A replay of somebody else's process leaves out of this whatever its record does not tell.
    """
    vote, debate = process.members_vote, process.debate
    survey = next((stage for stage in process.stages if isinstance(stage, SurveyStage)), None)
    facts: dict[str, object] = {
        "debate": debate is not None,
        "members_vote": vote is not None,
        "bound": process.mandate is not None,
        "sample": survey.sample if survey else None,
        "by_name": tuple(s.body for s in process.stages if isinstance(s, ByNameStage)),
        "registration": process.stage(StageKind.REGISTRATION) is not None,
    }
    if debate:
        facts.update(debate_days=debate.min_days, town_halls=debate.town_halls, locals_share=debate.share_of_locals)
    if vote:
        facts["everyone"] = is_open_to_all(process.electorate)
    return facts


def built_facts(vote: MembersVoteStage) -> dict[str, object]:
    """What holds of every members' vote that is held here, by the way it is built, as `LabelFacts` fields."""
    return {"secret": True, "checked_by": CheckedBy.ANYONE, "codes_by": vote.codes, "trustees_to_come": True}


def is_open_to_all(electorate: Electorate) -> bool:
    """Whether only standing decides who votes: no country, council or local is left out."""
    return not (electorate.countries or electorate.councils or electorate.locals)


def debate_facts(proof: FloorProof) -> dict[str, object]:
    """What the debate's floor adds to the label, as `LabelFacts` fields."""
    return {
        "debate_days": proof.days_held,
        "locals_count": sum(not row.local.empty for row in proof.locals),
        "locals_honoured": len(proof.honoured),
        "locals_wanting": tuple(row.local.name for row in proof.wanting),
        "locals_exempt": tuple(row.local.name for row in proof.exempt),
    }


def label_rows(facts: LabelFacts, unknown: Phrase = NOT_DOCUMENTED) -> list[LabelRow]:
    """The label, always the same rows in the same order; `unknown` is what a row says that nobody has told."""
    rows = _rows(facts)
    return [replace(row, answer=unknown) if row.answer is NOT_DOCUMENTED else row for row in rows]


def _rows(facts: LabelFacts) -> list[LabelRow]:
    return [
        LabelRow("debate", N_("Is there debate before the vote?"), *_debate(facts)),
        LabelRow("locals", N_("In how many locals of how many?"), *_locals(facts)),
        LabelRow("everyone", N_("May every member vote?"), *_everyone(facts)),
        LabelRow("secret", N_("Is the vote secret?"), *_secret(facts)),
        LabelRow("codes", N_("Who made the voting codes?"), *_codes(facts)),
        LabelRow("counts", N_("Who counts?"), *_counts(facts)),
        LabelRow("checks", N_("Who can check the count?"), *_checks(facts)),
        LabelRow("bound", N_("Is the leadership bound, and since when?"), *_bound(facts)),
        LabelRow("share", N_("What share of the roll decided?"), *_share(facts)),
    ]


Answer = tuple[Phrase, tuple[Phrase, ...]]


def _debate(facts: LabelFacts) -> Answer:
    if facts.debate is None:
        return NOT_DOCUMENTED, ()
    if not facts.debate:
        return Phrase(N_("No")), (Phrase(N_("The union organises none.")),)
    if facts.debate_days is None:
        return Phrase(N_("Yes")), _unequal(facts)
    beneath = [Phrase(N_("%(days)s days."), {"days": facts.debate_days})]
    if facts.town_halls:
        beneath.append(_town_halls(facts))
    return Phrase(N_("Yes")), (*beneath, *_unequal(facts))


def _town_halls(facts: LabelFacts) -> Phrase:
    """How many the process asks for; once the debate is over also how many there were, and be it none."""
    if facts.town_halls_held is None:
        return Phrase(N_("Town halls for all locals together: %(count)s."), {"count": facts.town_halls})
    numbers: dict[str, object] = {"held": facts.town_halls_held, "count": facts.town_halls}
    return Phrase(N_("Town halls for all locals together: %(held)s, of %(count)s asked for."), numbers)


def _unequal(facts: LabelFacts) -> tuple[Phrase, ...]:
    if not facts.reach_unanswered:
        return ()
    letters: dict[str, object] = {"letters": ", ".join(facts.reach_unanswered)}
    return (Phrase(N_("It closed before what was offered for equal reach was answered: %(letters)s."), letters),)


def _locals(facts: LabelFacts) -> Answer:
    if facts.debate is False:
        return Phrase(N_("In none: there is no debate")), ()
    if facts.locals_count is None or facts.locals_honoured is None:
        return _locals_to_be(facts.locals_share), ()
    numbers: dict[str, object] = {"honoured": facts.locals_honoured, "count": facts.locals_count}
    beneath = []
    if facts.locals_wanting:
        names: dict[str, object] = {"names": ", ".join(facts.locals_wanting)}
        beneath.append(Phrase(N_("Without their own debate: %(names)s."), names))
    if facts.locals_exempt:
        names = {"names": ", ".join(facts.locals_exempt)}
        beneath.append(Phrase(N_("Exempt by a public ruling: %(names)s."), names))
    return Phrase(N_("In %(honoured)s of %(count)s"), numbers), tuple(beneath)


def _locals_to_be(share: Fraction | None) -> Phrase:
    """In how many locals there will be debate, as the process promises; None where nobody has told."""
    if share is None:
        return NOT_DOCUMENTED
    if share == 1:
        return Phrase(N_("In every local"))
    return Phrase(N_("In at least %(share)s of the locals"), {"share": _percent(share.numerator, share.denominator)})


def _everyone(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        if facts.sample is None:
            return Phrase(N_("No")), (NO_VOTE,)
        asked: dict[str, object] = {"sample": facts.sample}
        return Phrase(N_("No")), (Phrase(N_("A sample of %(sample)s members is asked."), asked),)
    if facts.everyone is None:
        return NOT_DOCUMENTED, ()
    beneath: list[Phrase] = []
    if facts.eligible_count is not None and facts.roll_count is not None:
        numbers: dict[str, object] = {"eligible": facts.eligible_count, "roll": facts.roll_count}
        beneath.append(Phrase(N_("%(eligible)s of %(roll)s members on the roll."), numbers))
    if facts.registration:
        beneath.append(Phrase(N_("Only members who have registered.")))
    if facts.registered is not None:
        beneath.append(Phrase(N_("%(count)s registered."), {"count": facts.registered}))
    answer = (
        N_("Yes, every member whose standing allows it") if facts.everyone else N_("No, only parts of the union")
    )
    return Phrase(answer), tuple(beneath)


def _secret(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        return NO_VOTE, ()
    if facts.secret is None:
        return NOT_DOCUMENTED, ()
    if facts.secret:
        beneath = (
            Phrase(N_("Ballots are encrypted; single ballots are never opened.")),
            Phrase(N_("Votes are published for the whole union only; turnout for units of 30 members and more.")),
        )
        return Phrase(N_("Yes")), beneath
    return Phrase(N_("No")), (Phrase(N_("Votes are cast by name.")),)


def _codes(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        return NO_VOTE, ()
    if facts.codes_by is None:
        return NOT_DOCUMENTED, ()
    if facts.codes_by is CodesBy.TELLERS:
        beneath = [Phrase(N_("The operator of this site never sees a code."))]
        if facts.box_at:
            beneath.append(Phrase(N_("The site that keeps the ballots has the public part of each, and no name.")))
        return Phrase(N_("The tellers, on a machine of their own")), tuple(beneath)
    caution = Phrase(N_("It could vote in a member’s place. If others make the codes, it cannot."))
    if facts.codes_by is CodesBy.LETTERS:
        return Phrase(N_("The operator of this site, as printed letters")), (caution,)
    return Phrase(N_("The operator of this site, by mail")), (caution,)


def _counts(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        return NO_VOTE, ()
    if facts.trustees_count is not None:
        numbers: dict[str, object] = {"count": facts.trustees_count}
        beneath = []
        if facts.trustees_barred:
            barred: dict[str, object] = {"count": facts.trustees_barred}
            words = N_("%(count)s named as trustees are officers now, and no longer hold a key.")
            beneath.append(Phrase(words, barred))
        if facts.box_at:
            kept: dict[str, object] = {"url": facts.box_at}
            beneath.append(Phrase(N_("The ballots are kept and added up at another site, %(url)s."), kept))
        answer = Phrase(N_("%(count)s trustees together, none of them an officer"), numbers)
        if facts.trustees_enough:
            numbers["enough"] = facts.trustees_enough
            answer = Phrase(N_("Any %(enough)s of %(count)s trustees together, none of them an officer"), numbers)
        return answer, tuple(beneath)
    if facts.counted_by:
        return Phrase("%(name)s", {"name": facts.counted_by}), ()
    if facts.trustees_to_come:
        return Phrase(N_("Trustees named before the vote, none of them an officer")), ()
    return NOT_DOCUMENTED, ()


def _checks(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        return NO_VOTE, ()
    match facts.checked_by:
        case CheckedBy.ANYONE:
            beneath = [Phrase(N_("The record is public, with a program that checks it."))]
            if facts.box_at:
                beneath.append(Phrase(N_("This site checks the other’s count before it shows a result.")))
            return Phrase(N_("Anyone")), tuple(beneath)
        case CheckedBy.OBSERVERS:
            return Phrase(N_("The observers")), ()
        case CheckedBy.NOBODY:
            return Phrase(N_("Nobody")), ()
    return NOT_DOCUMENTED, ()


def _bound(facts: LabelFacts) -> Answer:
    if facts.bound is None:
        return NOT_DOCUMENTED, ()
    if not facts.bound:
        return Phrase(N_("No, it binds nobody")), ()
    if facts.bound_since is None:
        return Phrase(N_("Yes, once its pledge is signed")), ()
    return Phrase(N_("Yes, since %(date)s"), {"date": facts.bound_since}), ()


def _share(facts: LabelFacts) -> Answer:
    if facts.members_vote is False:
        instead = _by_name(facts, N_("Decided by: %(body)s."))
        return Phrase(N_("None: the members do not decide")), (*_asked(facts), *instead)
    after = _by_name(facts, N_("After the members, a vote by name: %(body)s."))
    if facts.ballots is None or not facts.roll_count:
        return NOT_DOCUMENTED, after
    numbers: dict[str, object] = {"ballots": facts.ballots, "roll": facts.roll_count}
    beneath = Phrase(N_("%(ballots)s ballots, %(roll)s members on the roll."), numbers)
    return Phrase("%(share)s", {"share": _percent(facts.ballots, facts.roll_count)}), (beneath, *after)


def _asked(facts: LabelFacts) -> tuple[Phrase, ...]:
    if not facts.sample or not facts.roll_count or facts.survey_waits:
        return ()
    asked: dict[str, object] = {"sample": facts.sample, "roll": facts.roll_count}
    told = Phrase(N_("%(sample)s of %(roll)s members were asked."), asked)
    if facts.survey_answers is None:
        return (told,)
    return told, Phrase(N_("Of those asked, %(count)s answered."), {"count": facts.survey_answers})


def _by_name(facts: LabelFacts, text: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(text, {"body": Phrase(body)}) for body in facts.by_name)


def _percent(part: int, whole: int) -> Percentage:
    """With one decimal, cut and not rounded up."""
    tenths = 1000 * part // whole
    return Percentage(f"{tenths // 10}.{tenths % 10} %")

"""The debate's floor, and its proof: which locals honoured the charge, which did not and why, for how many
days.

A local has honoured the charge when its own host opened the hall and the sessions were held. The tellers may
exempt a local with a public reason; an exempt local is left out of the share, above and below the line. So is one
without a member: nobody there could honour the charge.

A session counts as held when it lasted ten minutes and somebody besides its host came; the proof shows the length and
attendance of each.

A local founded after the charge is charged from that day and counts like every other: to leave it out unasked would
hide members who had no space and place, to count it as having honoured would be untrue. Where fewer than the host's
seven days are left until the close it still counts, and the reason says so: only the tellers can take it out of the
share, by an exemption that everyone can read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_
from forum.questions.process import DebateStage

HOST_HAS = timedelta(days=7)


class Opener(StrEnum):
    """Who opened a hall: its local's host, or the tellers in the host's stead."""

    HOST = "host"
    TELLERS = "tellers"


@dataclass(frozen=True)
class LocalFacts:
    """One local under the charge. `exemption` is the tellers' public reason, or None. `too_late`: it was founded after
    the charge, with less than the host's seven days left. `sessions`: minutes and attendance of each that is over,
    held or not. `empty`: it has no member, so nobody could honour the charge and nobody is left unheard.
    """

    local_id: int
    name: str
    opened_by: Opener | None = None
    sessions_held: int = 0
    exemption: str | None = None
    too_late: bool = False
    sessions: tuple[tuple[int, int], ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class LocalProof:
    """Whether one local honoured the charge; `reason` is a message to translate, empty when it did."""

    local: LocalFacts
    honoured: bool
    reason: str


@dataclass(frozen=True)
class FloorProof:
    """The floor with everything needed to show it. `share` is None when every local is exempt or none
    exists.
    """

    days_held: int
    days_required: int
    locals: tuple[LocalProof, ...]
    share: Fraction | None
    share_required: Fraction
    town_halls_held: int = 0
    town_halls_required: int = 0

    @property
    def honoured(self) -> tuple[LocalProof, ...]:
        return tuple(row for row in self.locals if row.honoured)

    @property
    def wanting(self) -> tuple[LocalProof, ...]:
        """Locals that neither honoured the charge nor are left out; the label names them."""
        return tuple(row for row in self.counted if not row.honoured)

    @property
    def counted(self) -> tuple[LocalProof, ...]:
        """Locals that the share is taken of: all but the exempt and those without a member."""
        return tuple(row for row in self.locals if row.local.exemption is None and not row.local.empty)

    @property
    def exempt(self) -> tuple[LocalProof, ...]:
        return tuple(row for row in self.locals if row.local.exemption is not None)

    @property
    def days_met(self) -> bool:
        return self.days_held >= self.days_required

    @property
    def locals_met(self) -> bool:
        return self.share is not None and self.share >= self.share_required

    @property
    def town_halls_met(self) -> bool:
        return self.town_halls_held >= self.town_halls_required

    @property
    def met(self) -> bool:
        return self.days_met and self.locals_met and self.town_halls_met


def why_not_honoured(local: LocalFacts, min_sessions: int) -> str:
    """Empty when the charge is honoured; else the first reason why not."""
    if local.empty:
        return N_("It has no member, so it is not counted.")
    if local.opened_by is not Opener.HOST and local.too_late:
        return N_("It was founded less than seven days before the close. The tellers may exempt it.")
    if local.opened_by is None:
        return N_("The hall was not opened.")
    if local.opened_by is Opener.TELLERS:
        return N_("The tellers had to open the hall in the host’s stead.")
    if local.sessions_held < min_sessions:
        return N_("Too few live sessions were held that lasted ten minutes or more, with somebody besides the host.")
    return ""


def floor_proof(
    stage: DebateStage, locals_: tuple[LocalFacts, ...], began_at: datetime | None, now: datetime, town_halls: int = 0
) -> FloorProof:
    """The proof as it stands now. Days count from the beginning of the debate, whole days only; `town_halls` are the
    live sessions of the national hall that were held."""
    rows = []
    for local in locals_:
        reason = why_not_honoured(local, stage.min_sessions)
        rows.append(LocalProof(local, honoured=not reason and local.exemption is None, reason=reason))
    counted = [row for row in rows if row.local.exemption is None and not row.local.empty]
    share = Fraction(sum(row.honoured for row in counted), len(counted)) if counted else None
    days = max(0, (now - began_at) // timedelta(days=1)) if began_at else 0
    return FloorProof(
        days, stage.min_days, tuple(rows), share, stage.share_of_locals, town_halls, stage.town_halls
    )

"""A comparison as JSON: every number of the table, the label of every process, and what was assumed. Pure."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from forum.questions.templates import as_tables
from referendum.rehearsal.comparison import wording
from referendum.rehearsal.comparison.assumptions import GROUPS, WHY, plain
from referendum.rehearsal.comparison.comparison import Comparison, Row
from referendum.rehearsal.comparison.held import By, spread
from referendum.rehearsal.comparison.rows import middle
from referendum.rehearsal.replay_label import answered

DIGITS = 6


def as_json(told: Comparison) -> str:
    """The same comparison gives the same bytes, with the same version of NumPy, whose draws it tells."""
    kept = {
        "simulation": True,
        "heading": told.heading,
        "seed": told.seed,
        "runs": told.runs,
        "drawn_with": f"NumPy {np.__version__}",
        "compared_on": told.matter.name,
        "title": told.matter.title,
        "members": told.union.members,
        "councils": len(told.union.places.councils),
        "options": _options(told),
        "opinions_from": told.opinions_from,
        "processes": [_row(row, told) for row in told.rows],
        "assumed": _assumed(told),
    }
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def _options(told: Comparison) -> list[dict[str, Any]]:
    counts = told.union.counts.sum(axis=(0, 1)).tolist()
    shares = [round(each, DIGITS) for each in told.union.shares.tolist()]
    names = ("letter", "title", "slate", "members", "share")
    columns = zip(told.matter.letters, told.matter.titles, told.matter.slates, counts, shares, strict=True)
    return [dict(zip(names, values, strict=True)) for values in columns]


def _row(row: Row, told: Comparison) -> dict[str, Any]:
    found: dict[str, Any] = {
        "process": row.compared.name, "title": row.compared.process.title, "whose": row.compared.whose,
        "stages": as_tables(row.compared.process)["stages"],
        "label": {code: answered(each, row.compared.told) for code, each in row.label.items()},
        "cannot_be_held": row.compared.cannot or None,
    }  # fmt: skip
    if row.held is not None:
        found |= {
            "spoken": _spoken(row, told),
            "seats": list(row.held.seats),
            "assumed_of_bodies": list(wording.by_a_body(row, told)),
            "points_off_all_in_other_unions": [wording.points(row.off.low), wording.points(row.off.high)]
            if row.off
            else None,
            "outcomes": dict(row.held.outcomes),
            "undecided_because": list(wording.reasons(row)),
        }
    return found


def _spoken(row: Row, told: Comparison) -> dict[str, Any] | None:
    spoken = row.spoken
    if spoken is None:
        return None
    spreads = [spread(spoken.share_of(place)) for place in range(len(told.matter.letters))]
    return {
        "by": str(spoken.by),
        "may_take_part": spoken.admitted,
        "registered": None if spoken.registered is None else middle(spoken.registered),
        "asked": spoken.asked if spoken.by is By.SURVEY else None,
        "took_part": middle(spoken.took_part),
        "runs_told": int(spoken.told.sum()),
        "shares_in_95_of_100_runs": {
            letter: [round(each.low, DIGITS), round(each.middle, DIGITS), round(each.high, DIGITS)]
            for letter, each in zip(told.matter.letters, spreads, strict=True) if each is not None
        },
        "stated_margin_points": wording.stated(spoken, told.option) if spoken.by is By.SURVEY and row.spread else None,
    }  # fmt: skip


def _assumed(told: Comparison) -> dict[str, Any]:
    """Numbers as a file of assumptions writes them."""
    groups = {
        name: {chance: plain(getattr(each, chance)) for chance in each.__slots__}
        for name, each in zip(GROUPS, told.assumed.groups, strict=True)
    }
    return {
        **{name: plain(getattr(told.assumed, name)) for name in WHY},
        **groups,
        "leans": {name: _plain(factors) for name, factors in told.assumed.leans.items()},
        "opinions": _plain(told.assumed.opinions),
    }


def _plain(numbers: Mapping[str, Fraction]) -> dict[str, str]:
    return {letter: plain(each) for letter, each in numbers.items()}

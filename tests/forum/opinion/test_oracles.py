"""The map and its figures held against others: what Polis published of a real debate, and the library red-dwarf."""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forum.arguments.next_rules import priority
from forum.opinion.mapping import OpinionMap, draw_map, placed, readings_of
from forum.opinion.rules import (
    Counts,
    Side,
    consensus,
    group_aware_consensus,
    inside_outside,
    repness,
    representative,
    total,
)

pytestmark = pytest.mark.needs("data")

Rows = dict[int, dict[int, int]]


def _load(name: str) -> Any:
    return json.loads((Path(os.environ["HUSTINGS_DATA"]) / "polis" / "below-100-ptpts" / name).read_text())


@pytest.fixture(scope="module")
def polis() -> dict[str, Any]:
    return _load("math-pca2.json")  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """participant → statement → last vote; 1 is agree in this file."""
    found: Rows = defaultdict(dict)
    for vote in sorted(_load("votes.json"), key=lambda vote: int(vote["modified"])):
        found[vote["pid"]][vote["tid"]] = vote["vote"]
    return {pid: found[pid] for pid in sorted(found)}


@pytest.fixture(scope="module")
def ours(polis: dict[str, Any], rows: Rows) -> OpinionMap:
    readings, numbers = readings_of(list(rows.values()), off=polis["mod-out"])
    assert numbers == polis["tids"]
    return draw_map(readings)


@pytest.fixture(scope="module")
def group_of(polis: dict[str, Any]) -> dict[int, int]:
    """participant → group, as Polis clustered them."""
    members = dict(zip(polis["base-clusters"]["id"], polis["base-clusters"]["members"], strict=True))
    return {
        pid: group["id"] for group in polis["group-clusters"] for base in group["members"] for pid in members[base]
    }


@pytest.fixture(scope="module")
def groups(rows: Rows, group_of: dict[int, int]) -> dict[int, dict[int, Counts]]:
    """group → statement → counts, from the votes themselves."""
    tally = Counter(
        (group_of[pid], tid, value) for pid, row in rows.items() if pid in group_of for tid, value in row.items()
    )
    statements = {tid for row in rows.values() for tid in row}
    return {
        group: {tid: Counts(tally[group, tid, 1], tally[group, tid, -1], tally[group, tid, 0]) for tid in statements}
        for group in set(group_of.values())
    }


def _signs(ours: OpinionMap, components: list[list[float]]) -> Any:
    return np.sign((ours.components * np.array(components)).sum(axis=1))


def test_means_and_components_are_what_polis_published(polis: dict[str, Any], ours: OpinionMap) -> None:
    assert ours.means == pytest.approx(-np.array(polis["pca"]["center"]), abs=1e-9)  # Polis writes agree as -1
    for weights, theirs, sign in zip(
        ours.components, polis["pca"]["comps"], _signs(ours, polis["pca"]["comps"]), strict=True
    ):
        assert weights * sign == pytest.approx(np.array(theirs), abs=1e-9)


def test_positions_are_what_polis_published(polis: dict[str, Any], rows: Rows, ours: OpinionMap) -> None:
    base, order, signs = polis["base-clusters"], list(rows), _signs(ours, polis["pca"]["comps"])
    compared = 0
    for members, x, y in zip(base["members"], base["x"], base["y"], strict=True):
        if len(members) == 1:
            compared += 1
            assert -ours.positions[order.index(members[0])] * signs == pytest.approx([x, y], abs=1e-9)
    assert compared > 15


def test_extremities_and_priorities_are_what_polis_published(
    polis: dict[str, Any], ours: OpinionMap, groups: dict[int, dict[int, Counts]]
) -> None:
    assert ours.extremities == pytest.approx(np.array(polis["pca"]["comment-extremity"]), abs=1e-9)
    for tid, extremity in zip(polis["tids"], ours.extremities, strict=True):
        of = total([group[tid] for group in groups.values()])
        assert priority(of, float(extremity)) == pytest.approx(polis["comment-priorities"][str(tid)], abs=1e-9)


def test_everybody_who_read_enough_is_placed_by_polis_too(polis: dict[str, Any], rows: Rows) -> None:
    readings, _ = readings_of(list(rows.values()))
    order = list(rows)
    found = {order[row] for row in placed(readings)}
    assert found <= set(polis["in-conv"])
    assert all(len(rows[pid]) < 7 for pid in set(polis["in-conv"]) - found)  # Polis never takes anybody off again


def test_representativeness_counted_from_the_votes_is_what_polis_published(
    polis: dict[str, Any], groups: dict[int, dict[int, Counts]]
) -> None:
    for group, published in polis["repness"].items():
        for row in published:
            found = repness(row["tid"], *inside_outside(groups, int(group), row["tid"]), Side(row["repful-for"]))
            assert [found.p, found.z_p, found.r] == pytest.approx(
                [row["p-success"], row["p-test"], row["repness"]], abs=1e-9
            )
            assert found.z_r == pytest.approx(row["repness-test"], abs=1e-6)


def test_group_aware_consensus_counted_from_the_votes_is_what_polis_published(
    polis: dict[str, Any], groups: dict[int, dict[int, Counts]]
) -> None:
    for tid, published in polis["group-aware-consensus"].items():
        assert group_aware_consensus(groups, int(tid)) == pytest.approx(published, abs=1e-9)


def _matrix(rows: Rows) -> Any:
    pandas = pytest.importorskip("pandas")
    matrix = pandas.DataFrame.from_dict(rows, orient="index").sort_index(axis=1).astype(float)
    return matrix.rename_axis(columns="statement_id")


def test_red_dwarf_places_readers_where_we_do(rows: Rows) -> None:
    pca = pytest.importorskip("reddwarf.utils.reducer.pca")
    people, arguments, model = pca.run_pca(_matrix(rows))
    readings, _ = readings_of(list(rows.values()))
    ours = draw_map(readings)
    signs = _signs(ours, model.components_)[:2]
    assert ours.positions * signs == pytest.approx(people, abs=1e-9)
    assert ours.extremities == pytest.approx(pca.calculate_extremity(arguments.T), abs=1e-9)


def test_red_dwarf_finds_the_same_figures_for_every_group_and_argument(rows: Rows, group_of: dict[int, int]) -> None:
    stats = pytest.importorskip("reddwarf.utils.stats")
    placed_rows = {pid: row for pid, row in rows.items() if pid in group_of}
    matrix = _matrix(placed_rows)
    table, aware = stats.calculate_comment_statistics_dataframes(matrix, [group_of[pid] for pid in matrix.index])
    tally = Counter((group_of[pid], tid, value) for pid, row in placed_rows.items() for tid, value in row.items())
    counted = {
        group: {tid: Counts(*(tally[group, tid, value] for value in (1, -1, 0))) for tid in matrix.columns}
        for group in set(group_of.values())
    }
    columns = {Side.AGREE: ["pa", "pat", "ra", "rat"], Side.DISAGREE: ["pd", "pdt", "rd", "rdt"]}
    for (group, tid), theirs in table.iterrows():
        for side, names in columns.items():
            found = repness(tid, *inside_outside(counted, group, tid), side)
            assert [found.p, found.z_p, found.r, found.z_r] == pytest.approx(theirs[names].tolist(), abs=1e-9)
    for tid, published in aware["group-aware-consensus"].items():
        assert group_aware_consensus(counted, tid) == pytest.approx(published, abs=1e-9)


def test_red_dwarf_names_the_same_consensus_and_the_same_representative_arguments(
    polis: dict[str, Any], rows: Rows, group_of: dict[int, int], groups: dict[int, dict[int, Counts]]
) -> None:
    theirs = pytest.importorskip("reddwarf.utils.consensus")
    stats = pytest.importorskip("reddwarf.utils.stats")
    tally = Counter((tid, value) for row in rows.values() for tid, value in row.items())
    shown = [tid for tid in polis["tids"] if tid not in polis["mod-out"]]
    ours = consensus({tid: Counts(*(tally[tid, value] for value in (1, -1, 0))) for tid in shown})
    found = theirs.select_consensus_statements(_matrix(rows), mod_out_statement_ids=polis["mod-out"])
    for mine, side in zip(ours, ("agree", "disagree"), strict=True):
        assert [row.p for row in mine] == pytest.approx([row["p-success"] for row in found[side]], abs=1e-9)
    placed_matrix = _matrix({pid: row for pid, row in rows.items() if pid in group_of})
    table, _ = stats.calculate_comment_statistics_dataframes(
        placed_matrix, [group_of[pid] for pid in placed_matrix.index]
    )
    chosen = stats.select_representative_statements(table, mod_out_statement_ids=polis["mod-out"])
    for group, rows_of_group in chosen.items():
        standing = {g: {t: c for t, c in row.items() if t in shown} for g, row in groups.items()}
        mine = [row.argument for row in representative(standing, int(group))]
        assert set(mine) == {row["tid"] for row in rows_of_group}  # theirs tells those agreed on first

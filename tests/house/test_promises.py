"""Which test shows which promise about the ballot box, so that none is lost when tests are moved or renamed.

The names T2 to T18 are those of the project's notes on security. T2 has a longer run as a command, `tests.bench.kills`,
and T15 and T18 are commands: `tests.bench.mutants` and `tests.bench.evening`.
"""

import ast
import importlib.util

import pytest

from tests.house.source import ROOT

SHOWN = {
    "T2: killed, on a full or read-only disk": {
        "referendum/casting/test_kills.py": ["test_ten_kills_lose_no_acknowledged_ballot_and_double_none"],
        "forum/halls/test_killed.py": ["test_a_post_is_there_once_wherever_the_server_was_killed"],
        "forum/roll/test_import_killed.py": ["test_the_roll_is_as_before_or_as_the_file_says"],
        "referendum/casting/test_faults.py": [
            "test_on_a_full_disk_nothing_is_acknowledged_and_nothing_is_lost",
            "test_a_database_that_takes_no_writes_is_told_to_the_voter",
        ],
    },
    "T3: the n-th call fails": {
        "referendum/casting/test_faults.py": [
            "test_whatever_call_fails_a_pair_is_stored_whole_and_acknowledged_or_neither",
            "test_whatever_call_fails_while_ballots_are_checked_and_boxed_each_is_in_one_place",
            "test_whatever_call_fails_while_the_box_is_sealed_it_is_sealed_whole_or_as_before",
        ],
    },
    "T4: any order of acts": {
        "forum/questions/test_machine.py": ["test_no_order_of_acts_leaves_the_machine"],
        "forum/moderation/test_property.py": ["test_nothing_is_hidden_without_entry_ground_reason_and_appeal"],
        "forum/bodies/test_rules.py": ["test_an_act_takes_effect_exactly_when_no_signature_is_missing"],
        "forum/kernel/test_reading.py": ["test_a_time_typed_in_any_zone_is_shown_there_as_it_was_typed"],
        "referendum/process/test_rules.py": [
            "test_every_move_that_is_not_in_the_table_is_refused",
            "test_a_move_happens_exactly_when_every_guard_of_the_table_holds",
        ],
        "referendum/process/test_voting.py": [
            "test_a_quorum_is_met_exactly_when_its_share_of_the_roll_has_voted",
        ],
        "referendum/casting/test_revote_orders.py": ["test_in_every_order_the_last_ballot_of_each_voter_counts"],
    },
    "T5: servers that cheat": {
        "referendum/archive/test_cheats.py": ["test_the_verifier_names_the_cheat", "test_a_trustee_at_fault_is_named"],
        "referendum/archive/test_compare.py": [
            "test_a_ballot_in_another_place_is_named_with_its_event",
            "test_the_older_one_does_not_extend_the_newer",
        ],
        "referendum/archive/test_vote_file.py": ["test_a_ballot_under_a_void_code_is_named"],
        "forum/kernel/test_audit.py": ["test_an_altered_line_is_found", "test_a_missing_or_moved_line_is_found"],
    },
    "T6: every byte": {
        "referendum/archive/test_container.py": ["test_a_flip_of_any_single_byte_is_found"],
        "forum/kernel/test_audit.py": ["test_a_flip_of_any_single_byte_is_found"],
    },
    "T14: dependencies": {
        "house/test_dependencies.py": [
            "test_every_dependency_is_pinned_at_a_version_the_project_allows",
            "test_nothing_known_to_be_weak_is_pinned",
        ],
    },
    "T16: secrecy": {
        "house/test_two_worlds.py": [
            "test_two_votes_swapped_are_told_by_nothing_stored_logged_or_published",
            "test_below_their_floor_what_was_cited_is_told_by_nothing_and_a_trustee_s_program_opens_nothing",
        ],
        "house/test_secrecy.py": [
            "test_the_public_record_lies_in_the_order_of_its_hashes",
            "test_no_column_behind_the_wall_leads_to_a_person_by_any_path",
        ],
        "referendum/casting/test_revotes.py": ["test_the_newer_ballot_counts_though_the_older_sorts_later_by_hash"],
        "referendum/electorate/test_rules.py": ["test_units_are_a_partition_and_none_is_below_the_floor"],
    },
}  # fmt: skip


@pytest.mark.parametrize("promise", SHOWN)
def test_each_promise_has_its_tests(promise: str) -> None:
    for file, names in SHOWN[promise].items():
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        there = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assert set(names) <= there, file


@pytest.mark.parametrize("command", ["kills", "mutants", "evening"])
def test_each_command_is_there(command: str) -> None:
    assert importlib.util.find_spec(f"tests.bench.{command}")

"""Acts of the audit log in words. An act that is not listed is shown under its own name. Pure."""

from forum.kernel.errors import N_

ACT_WORDS = {
    "annul_vote": N_("A vote was annulled"),
    "ask_opening": N_("An opening of the sealed list was asked for"),
    "begin_debate": N_("A debate began"),
    "cancel_sitting": N_("A live session was cancelled"),
    "certify_vote": N_("A vote was certified"),
    "change_question": N_("A draft was changed"),
    "charge_locals": N_("The locals were charged"),
    "close_debate": N_("A debate closed, its floor met"),
    "close_debate_anyway": N_("A debate was closed below its floor"),
    "close_sitting": N_("A live session was closed"),
    "close_vote": N_("Voting closed"),
    "complete_act": N_("A body’s act took effect"),
    "draft_question": N_("A question was drafted"),
    "drop_act": N_("A proposed act was replaced"),
    "drop_opening": N_("An asked opening of the sealed list was dropped"),
    "exempt_local": N_("A local was excused from the charge"),
    "extend_debate": N_("A debate was extended"),
    "extend_vote": N_("Voting was extended"),
    "file_act": N_("The leadership filed an act"),
    "file_challenge": N_("A challenge was filed"),
    "file_dispute": N_("An act was disputed"),
    "finish_codes": N_("All voting codes were made"),
    "freeze_ballot": N_("The ballot’s text was fixed"),
    "freeze_digest": N_("A digest was frozen"),
    "freeze_roll": N_("A roll was frozen"),
    "give_pledge": N_("The pledge was given"),
    "give_share": N_("A teller handed in a share of the sealed list’s key"),
    "honour_charge": N_("A local honoured the charge"),
    "import_roll": N_("The roll was imported"),
    "issue_call": N_("The call was issued"),
    "lapse_vote": N_("A count lapsed unopened; the vote was annulled"),
    "move_mandate": N_("A mandate ended"),
    "open_hall": N_("A hall was opened"),
    "open_mandate": N_("A mandate began"),
    "open_sealed_list": N_("The sealed list was opened"),
    "open_sitting": N_("A live session was opened"),
    "open_vote": N_("Voting opened"),
    "override_stack": N_("A host overrode the order of speakers"),
    "print_letters": N_("Letters with voting codes were printed"),
    "propose_act": N_("An act was put before a body"),
    "publish_citations": N_("The citations were published"),
    "publish_count": N_("A count was published"),
    "publish_process": N_("A process was published"),
    "publish_question": N_("A question was published"),
    "publish_result": N_("A result was published"),
    "publish_statement": N_("A statement of the leadership was published"),
    "rule_challenge": N_("A challenge was ruled on"),
    "rule_dispute": N_("A dispute was ruled on"),
    "schedule_sitting": N_("A live session was scheduled"),
    "seal_credentials": N_("The list of public credentials was sorted"),
    "set_up_sealed_list": N_("A sealed list was set up"),
    "set_up_vote": N_("A vote was set up"),
    "sign_act": N_("A member of a body signed its act"),
    "sign_minutes": N_("Minutes were signed"),
    "undo_import": N_("An import of the roll was undone"),
    "upload_teller_key": N_("A teller handed in a key"),
    "withdraw_question": N_("A question was withdrawn"),
    "write_batch": N_("A batch was written into the ballot box"),
}
OFFICE_WORDS = {
    "officer": N_("an officer"),
    "host": N_("a host"),
    "teller": N_("a teller"),
    "trustee": N_("a trustee"),
    "observer": N_("an observer"),
    "member": N_("a member"),
    "clock": N_("the clock"),
    "box": N_("the ballot box"),
    "operator": N_("the operator"),
}


def in_words(act: str) -> str:
    """What an act is called."""
    return ACT_WORDS.get(act, act.replace("_", " ").capitalize())


def office_in_words(office: str) -> str:
    """In whose office it was done."""
    return OFFICE_WORDS.get(office, office)

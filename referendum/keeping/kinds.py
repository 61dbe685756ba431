"""Every kind of data that is kept, and until when: what the page says. Each table of the database is in one kind."""

from dataclasses import dataclass

from forum.kernel.errors import N_


@dataclass(frozen=True)
class Kept:
    """One kind of data, until when it is kept, in words, and the tables that hold it (space between)."""

    what: str
    until: str
    tables: str = ""


KEPT = (
    Kept(
        N_("Your name, member number, local and standing"),
        N_("for good: they stand by what you wrote; whoever leaves is marked so"), "members locals councils",
    ),
    Kept(N_("Your e-mail address"), N_("as long as you are a member, and a year longer")),
    Kept(
        N_("What you sign in with"), N_("as long as you are a member, and a year longer; each device for four weeks"),
        "accounts passkeys recovery_codes devices",
    ),
    Kept(N_("Codes that were mailed to you to sign in"), N_("a day after they end"), "one_time_codes"),
    Kept(
        N_("Which mails you want, your private feeds, whom you have muted"),
        N_("as long as you are a member, and a year longer"), "mail_choices feed_keys mutings",
    ),
    Kept(
        N_("Posts, arguments, statements, chat, turns, questions to a session"), N_("with the question, for good"),
        "posts post_revisions post_quotes masked_quotes messages arguments argument_revisions argument_likenesses "
        "origin_consents merges statements turns turn_arguments points_of_order enquiries decisions straw_polls "
        "sittings halls present_guests",
    ),
    Kept(
        N_("What you seconded, signed, named, asked or challenged"), N_("with the question, for good"),
        "option_seconds option_namings statement_signatures signatures source_asks withdrawal_requests "
        "roll_challenges challenges disputes",
    ),
    Kept(
        N_("What was reported, hidden or stopped, by whom and why"), N_("with the question, for good"),
        "reports hidings restraints stoppings",
    ),
    Kept(N_("Drafts"), N_("14 days after the debate closes"), "drafts"),
    Kept(N_("How you read arguments"), N_("by name until the vote is certified, then as totals only"), "readings"),
    Kept(
        N_("How you leaned at the beginning"), N_("by name until the debate closes, then as totals only"),
        "entry_readings entry_totals",
    ),
    Kept(N_("What you answered in a straw poll"), N_("until it is closed, then as totals only"), "straw_answers"),
    Kept(
        N_("Which sessions you came to, what you have read and follow"), N_("a year after the debate closes"),
        "attendances read_marks board_looks followings",
    ),
    Kept(
        N_("That you may vote, and whether a voting code was sent to you"), N_("with the vote, for good"),
        "roll_entries electorates registrations registration_counts",
    ),
    Kept(
        N_("Which voting code is whose"),
        N_("for a year after the vote, sealed: only two tellers together open it, and each opening is in the log"),
        "sealed_openings teller_keys code_lists public_credentials",
    ),
    Kept(
        N_("How you voted in a members’ vote"), N_("never: it leaves your device encrypted, and is only ever added up"),
        "arrivals boxed_ballots set_aside_ballots box_batches box_states tallies tally_parts partial_decryptions "
        "turnouts cited_arguments",
    ),
    Kept(
        N_("That you were drawn for a survey"),
        N_("with the question, for good, so that the draw can be checked; whether you have answered until it closes"),
        "survey_seats survey_frames",
    ),
    Kept(
        N_("What you answered in a survey"),
        N_("never by name: only how many of a council said the same, and after the close of no fewer than ten"),
        "surveys survey_answers",
    ),
    Kept(
        N_("How presidents and officers voted by name"), N_("by name, for good"), "roll_calls roll_call_seats"
    ),
    Kept(
        N_("Mails to you"), N_("until they are delivered; to which address they went, a month longer"),
        "mail_outbox mailings digest_editions",
    ),
    Kept(
        N_("That mail to an address failed, and the server’s answer"), N_("a year after the last try"),
        "mail_troubles",
    ),
    Kept(
        N_("Questions, offices, acts and results of the union"), N_("for good"),
        "questions question_moves options obligations exemptions appointments hall_invitations body_acts "
        "votes vote_moves elected_options published_results mandates mandate_options duties filed_acts quotations "
        "reach_entries reach_offers reach_totals opinion_maps debate_records matrix_parts digests digest_lines "
        "digest_outcomes debate_exports trustee_keys ceremonies ceremony_messages rehearsals",
    ),
    Kept(
        N_("Acts of officers, hosts and tellers"), N_("in the audit log, for good"), "audit_entries audit_head"
    ),
    Kept(
        N_("Lines of an imported roll"), N_("a month; the newest as long as it can be undone"),
        "roll_imports roll_import_lines",
    ),
    Kept(
        N_("The internet address you come from"),
        N_("never written down; counted for an hour at most, against guessing of codes"),
    ),
    Kept(N_("Copies of all this in backups"), N_("as long as the operator of this site keeps the backup")),
)

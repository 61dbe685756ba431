"""What moderation writes into the log of acts of power."""

from forum.kernel import audit


class Act(audit.Act):
    """Acts of power over words and those who write them."""

    HIDE_WORDS = "hide_words"
    UNHIDE_WORDS = "unhide_words"
    STOP_MEMBER = "stop_member"
    END_STOP = "end_stop"
    SLOW_CHAT = "slow_chat"
    DISMISS_REPORT = "dismiss_report"
    APPEAL_HIDING = "appeal_hiding"
    RULE_APPEAL = "rule_appeal"

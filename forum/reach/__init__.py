"""Reach: what reached members in favour of each option, and the same offered to the others before the debate closes.

Tables: ledger entries (a mail, a pin, a banner, a slot of the bulletin, minutes of the floor), offers of the same to
the other options' spokespersons, and running totals, so that no page and no guard adds up a ledger. `rules` says how
far an option is behind and which offers are unanswered; the guard itself stands in questions. Mails leave by
kernel.mailings and respect what a member chose in outlets; pins stand in halls, banners on the question's pages,
bulletin slots are statements (arguments), minutes come from sittings when a session ends. What a teller hides of it
(`hiding_…`) may be appealed against, and the observers rule.
"""

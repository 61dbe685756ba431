"""Outlets: how the debate leaves the site.

By mail: what each member wants and when (`choice_*`), the digest (`digest_*`), the notice that statements close
(`closing_notices`), mail that came back (`trouble_*`). By address: Atom feeds and calendars, public or by a member's
key (`feed_*`, `key_*`, `calendar`), cards for other sites (`card_*`). As a file: the debate as plain text
(`export_*`). `page_views` gathers them on one page; the digest's slice adds its bulletin by the slot
question.outlets.

Tables: `MailChoice`, `DigestEdition`, `FeedKey`, `DebateExport`. Pure: `rules`, `feed`, `calendar`, `export_text`.
What is public names no person and no hall under 30 members; it looks at no cookie and is the same for everybody.
Neighbours: `kernel.wishes` asks this slice what members want; `signin` tells it who has just come in.
"""

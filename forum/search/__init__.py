"""Search: where a word was said, in posts, arguments and the chat of live sessions that members may read; and a page of
one's own words and what became of them.

No table of its own for words: the database indexes those of `halls`, `sittings` and `arguments` itself (`models`), so
that nothing written, edited or restored can be forgotten; hidden words are left out when asked (`queries`).
"""

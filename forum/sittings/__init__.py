"""Sittings: live sessions in a hall, with floor, stack, chat, straw polls, minutes, transcript and wall.

Tables: sittings, turns, messages, straw_polls, straw_answers, attendances. Pure: `rules` (who may do
what), `stack_rules` (who speaks next), `markup_tree` (rendered text as plain lists for the browser).
Reads: `queries` (rooms and lists), `floor_queries`, `chat_queries`, `poll_queries`, `minutes_queries`.
Acts: `operations` (schedule, open, attend), `floor_operations`, `chat_operations`, `poll_operations`,
`closing_operations` (close, minutes). Both edges, page and socket, call the same operations; `jobs` closes
what was left open. Neighbours:
`halls` numbers the messages and is told when the charge is honoured; `arguments` asks for the origin of
what is put on the record; `moderation` hides messages through `chat_operations`.
"""

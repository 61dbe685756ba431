"""Sittings: live sessions in a hall, with floor, stack, chat, straw polls, minutes, transcript and wall.

Tables: sittings, turns, points_of_order, turn_arguments, decisions, messages, straw_polls, straw_answers,
attendances, present_guests, enquiries (asked before a session). Pure: `rules` (who may do what), `stack_rules` (who
speaks next), `point_rules`, `enquiry_rules`, `markup_tree` (rendered text as plain lists for the browser).
Reads: `queries` (rooms and lists), `floor_queries`, `point_queries`, `record_queries` (decisions, turns' arguments),
`chat_queries`, `poll_queries`, `enquiry_queries`, `minutes_queries`.
Acts: `operations` (schedule, open, attend), `host_operations` (what each act of a host begins with),
`floor_operations`, `point_operations`, `guest_operations` (people without a phone), `record_operations`,
`chat_operations`, `poll_operations`, `enquiry_operations`,
`closing_operations` (close, minutes). Both edges, page and socket, call the same operations; `jobs` closes
what was left open. Neighbours:
`halls` numbers the messages and is told when the charge is honoured; `arguments` asks for the origin of
what is put on the record; `moderation` hides messages through `chat_operations`, questions through
`enquiry_operations`.
"""

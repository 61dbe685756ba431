"""Open votes by name: the roll call of a named body, and the executive council's decision, which is one of officers.

Tables: roll_calls, roll_call_seats. What stands in one comes from the stage before it (`referendum.process.chain`);
the last one binds where the process has a mandate. Neighbours: `mandate` below; `conduct` above, which says when one is
due.
"""

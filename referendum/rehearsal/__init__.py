"""The rehearsal: a union made up for trying everything out, and replays of scenarios.

No tables. `flask demo` (demo, supervisor, server, runner, mailbox, demo_views) serves a small union on the loopback
interface; founding, stories and the past question (past_debate, past_vote, past_mandate) make it through the operations
that the pages call, from the texts in `union/*.toml`. `flask replay` (replay, company, replay_debate, replay_vote,
replay_survey, replay_table, replay_record) runs `scenarios/*.toml` headless; of a large union only some ballots are
real (replay_part), and what was killed goes on from what is kept (replay_kept). `flask compare` (comparison/) simulates
the known processes beside each other. `flask polis import` (polis_export, polis_import, crowd) brings a conversation in
as a debate; replays share its `conversation`. Demo and replays hold their vote as `rehearsed_vote` tells. Only the
package's register imports this slice, and the demo's switches exist only in an app whose settings say `demo`, which no
variable of the environment can.
"""

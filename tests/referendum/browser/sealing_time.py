"""How long a browser takes to seal a voter's two ballots: four options, and 24 answers to the citations."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.referendum.browser.conftest import call
from tests.referendum.browser.elections import VOTE, citation_questions, make_election

CHOICE, MARKS = [[0, 0, 1, 0, 0]], [[0, 1] + [0] * 20 + [1, 1], [0, 1, 0]]
SEAL = """
const {Background} = await import('/static/referendum/crypto/background.js');
const timed = async (act) => {
  const from = performance.now();
  await act();
  return performance.now() - from;
};
const own = [], worker = [];
for (let turn = 0; turn < 3; turn += 1) own.push(await timed(async () => m.sign(await m.seal(a, () => {}))));
for (let turn = 0; turn < 3; turn += 1) {
  const background = new Background();
  worker.push(await timed(async () => background.run('sign', {numbers: await background.run('seal', a)})));
  background.empty();
}
return [own, worker];
"""


OWN_THREAD = """
const from = performance.now();
await m.sign(await m.seal(a, () => {}));
return performance.now() - from;
"""
SLOW_PHONE = 6  # how many times slower than this machine


@dataclass(frozen=True)
class Times:
    """Milliseconds of each of three turns, on the page's own thread and in a new worker; and of the first turn of a new
    page, tables of powers and all, on its own thread slowed down to a phone's.
    """

    own: list[float]
    worker: list[float]
    phone: float


def sealing_times(page: Page) -> Times:
    """Seal on a page of a running site."""
    vote = make_election(VOTE)
    cited = make_election(citation_questions(12), codes=vote.codes)
    parts = {
        "v": {"election": vote.election, "choices": CHOICE},
        "c": {"election": cited.election, "choices": MARKS},
    }
    task = {"code": vote.codes[0], "parts": parts}
    own, worker = call(page, "seal.js", SEAL, task)
    page.reload()
    throttle = page.context.new_cdp_session(page)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PHONE})
    phone = call(page, "seal.js", OWN_THREAD, task)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return Times(own, worker, phone)

"""`python -m tests.bench.booth`: how long Chromium on this machine takes to seal a voter's two ballots.

Four options, and 24 answers to the citations (twelve arguments); the promise is under half a second on 2 cores, in the
worker that the booth uses, and under two seconds on the page's own thread slowed down six times, as a slow phone is.
The page's own thread is measured beside it.
"""

import shutil
import sys

from playwright.sync_api import sync_playwright

from tests.referendum.browser.conftest import ARGUMENTS
from tests.referendum.browser.sealing_time import SLOW_PHONE, sealing_times
from tests.referendum.browser.site import serving

PROMISE, PHONE_PROMISE = 500, 2000


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium here")
    with serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(site.origin + "/")
        times = sealing_times(page)
        print(f"Chromium {browser.version}, three turns each:")
        browser.close()
    for place, turns in (("in the worker", times.worker), ("on the page's thread", times.own)):
        print(f"  {place}: {', '.join(f'{each:.0f}' for each in turns)} ms, best {min(turns):.0f} ms")
    print(f"  on the page's thread, {SLOW_PHONE} times slower, first turn: {times.phone:.0f} ms")
    if min(times.worker) >= PROMISE or times.phone >= PHONE_PROMISE:
        sys.exit(f"The promise of {PROMISE} ms, on a slow phone {PHONE_PROMISE} ms, is not kept.")


if __name__ == "__main__":
    main()

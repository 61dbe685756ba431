"""The last part of the story: a challenge, the certificate, the result, an argument's life, the mandate, the record."""

import hashlib
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from forum.kernel.cli import check_audit
from tests.journeys.charge import hall, propose, sign
from tests.journeys.debate import FUND, PRIYA, ROSA
from tests.journeys.union import PHONE, Union
from tests.journeys.vote import VOTERS, the_vote

ACCEPT, REJECT, BLANK, BALLOTS = 41, 59, 3, 103


def challenge(union: Union) -> None:
    """A member objects; the tellers dismiss it with a reason that members can read."""
    page = union.enter(PRIYA, "/q/1/challenges", PHONE)
    page.get_by_label("What was not right").fill("My code came two days late.")
    page.get_by_role("button", name="File it").click()
    expect(page.get_by_text("Not ruled on yet.")).to_be_visible()
    tellers = list(union.company.tellers)
    ruling = union.enter(tellers[0], "/q/1/challenges")
    ruling.get_by_role("radio", name="Dismissed").check()
    ruling.get_by_label("The reason; everyone will read it").fill("It came five days before the close.")
    ruling.get_by_role("button", name="Put the ruling before the tellers").click()
    ruling.wait_for_url("**/acts/*")
    sign(union, ruling.url, tellers[:2])
    expect(union.enter(PRIYA, "/q/1/challenges").locator("main")).to_contain_text("It came five days before the close.")


def certify(union: Union) -> None:
    """After the window more than half of the tellers sign the certificate."""
    union.stand_at(the_vote(union).challenges_end_at)
    tellers = list(union.company.tellers)
    sign(union, propose(union, tellers[0], "/q/1/vote", "Put the certificate before the tellers"), tellers[:2])
    assert the_vote(union).state == "certified"


def result(union: Union) -> None:
    """The table, the turnout, and for each argument of the digest on how many ballots it moved or weighed."""
    page = union.visit("/q/1/result")
    expect(page.locator("h1")).to_have_text("B Reject")
    rows = page.get_by_role("table", name="Result of question 1").locator("tbody tr")
    for words, count in (("A Accept", ACCEPT), ("B Reject", REJECT), ("Blank", BLANK), ("Ballots", BALLOTS)):
        row = rows.filter(has=page.get_by_role("rowheader", name=words, exact=True))
        expect(row.locator("td").first).to_have_text(str(count))
    expect(page.locator(".lead")).to_contain_text(f"{REJECT} of {ACCEPT + REJECT}: more than half")
    expect(page.locator(".res-turnout")).to_contain_text("103 of 130 members voted, 79.2%")
    moved = page.locator("#arguments")
    union.look_over(page)
    for claim in ("overtime rule", "strike fund", "Four percent"):
        expect(moved).to_contain_text(claim)


def life(union: Union) -> None:
    """An argument's page goes from the line said in the session to the marks on the ballots."""
    page = union.visit("/a/1")
    union.look_over(page)
    line = page.locator(".life")
    for words in ("Said in a live session of the hall of Local 1", "Moved and seconded", "Read in 2 locals", "Cited"):
        expect(line).to_contain_text(words)
    moved = 1 + sum(1 for number in range(43, len(VOTERS)) if number % 2)
    weighed = sum(1 for number in range(3, 43) if number % 2)
    expect(page.locator(".cites b")).to_have_text([str(moved), str(weighed)])


def mandate(union: Union) -> None:
    """The council owes what it signed for; its acts must answer the quoted arguments; the clock discharges it."""
    officer = union.enter(union.company.officers[0], "/q/1/mandate")
    expect(officer.locator(".duty .duty-h")).to_have_text("Return to the table and ask for nine weeks of strike fund.")
    expect(officer.locator(".quotes .unanswered")).to_have_count(3)
    union.look_over(officer)
    file_act(officer, "We went back to the table on the ninth of January.", "")
    expect(officer.get_by_text("Not yet answered: A-01 A-02 A-03")).to_be_visible()
    file_act(officer, "A new agreement was signed; the fund lasts eighteen weeks.", "It stood first on our list.")
    expect(officer.get_by_text("Carried out", exact=True)).to_be_visible()
    expect(officer.locator(".quotes .unanswered")).to_have_count(0)
    discharge(union)


def answered(union: Union) -> None:
    """Rosa had read A-02 as a card: its page ends with the act. Priya, who moved it, and her hall are told as well."""
    expect(union.enter(ROSA, "/a/2", PHONE).locator(".life")).to_contain_text("It stood first on our list.")
    own = union.enter(PRIYA, "/me/words", PHONE)
    expect(own.locator(".went").first).to_contain_text("Answered in one act")
    gave = union.visit(f"/halls/{hall(union, 2)}/gave")
    expect(gave.locator(".gave-one").filter(has_text=FUND)).to_contain_text("Answered in one act")
    union.look_over(gave)


def file_act(officer: Page, text: str, answer: str) -> None:
    officer.get_by_text("File an act").click()
    officer.get_by_label("What was done").fill(text)
    answers = officer.get_by_label("Answer to A-")
    for place in range(answers.count()):
        answers.nth(place).fill(answer)
    officer.get_by_role("button", name="File it in the council’s name").click()
    expect(officer.locator("article").get_by_text(text)).to_be_visible()


def discharge(union: Union) -> None:
    """Nobody disputes the act; after the window the clock discharges the mandate."""
    certified = the_vote(union).certified_at
    assert certified is not None
    union.stand_at(certified + timedelta(days=90))
    expect(union.visit("/q/1/mandate").locator(".stamp")).to_contain_text("Discharged")


def record(union: Union, folder: Path) -> None:
    """Anybody takes the log and the archives home and checks them with the published programs."""
    page = union.visit("/record")
    expect(page.get_by_role("link", name="audit.jsonl")).to_be_visible()
    with page.expect_download() as started:
        page.evaluate("document.querySelector('a[href$=\"audit.jsonl\"]').download = 'audit.jsonl'")
        page.get_by_role("link", name="audit.jsonl").click()
    started.value.save_as(folder / "audit.jsonl")
    checked = union.app.test_cli_runner().invoke(check_audit, [str(folder / "audit.jsonl")])
    assert checked.output.strip() == "The chain holds."
    verify([save(page, place, folder / name / f"{name}.bel") for place, name in enumerate(("votes", "citations"))])


def save(page: Page, place: int, file: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").nth(place).click()
    file.parent.mkdir()
    started.value.save_as(file)
    shown = page.locator("li .hash").nth(place).inner_text().strip()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == shown
    return file


def verify(archives: list[Path]) -> None:
    """Our program and, where it is installed, the one that is not ours, all at once."""
    commands = [[sys.executable, "-m", "referendum.archive", "verify", str(archive)] for archive in archives]
    if shutil.which("belenios-tool"):
        commands += [["belenios-tool", "election", "verify", "--dir", str(archive.parent)] for archive in archives]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for command in commands
    ]
    for each in running:
        said, _ = each.communicate(timeout=120)
        assert each.returncode == 0, said

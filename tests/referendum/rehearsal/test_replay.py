"""Replays end to end: real codes, ballots, proofs and archives; the outside tool judges what comes out."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from forum.kernel.audit import check as check_audit
from forum.kernel.settings import Settings
from referendum.archive.verify import verify
from referendum.digest.published import check as check_digest
from referendum.rehearsal.cli import replay
from referendum.rehearsal.replay import Replay, replay_settings
from referendum.rehearsal.replay_kept import Kept
from referendum.rehearsal.replay_pages import FILES, PAGES
from referendum.rehearsal.scenario import load
from tests.conftest import make_settings

pytestmark = pytest.mark.database

PUBLISHED = [
    "Joe Biden – 61%", "Donald Trump – 17%", "Robert F. Kennedy Jr. – 7%", "Ron DeSantis – 7%",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _on_the_database_under_test() -> Iterator[None]:
    """A replay makes a SQLite of its own; where the tests run on PostgreSQL, theirs is emptied and takes its place."""

    def settings(folder: Path) -> Settings:
        url = make_settings(folder).database_url
        if url:
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            engine.dispose()
        return replace(replay_settings(folder), database_url=url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("referendum.rehearsal.replay.replay_settings", settings)
        yield


def run(out: Path, *arguments: str, members: int = 150) -> str:
    outcome = CliRunner().invoke(replay, [*arguments, "--out", str(out), "--members", str(members), "--seed", "7"])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def judged_by_the_outside_tool(archive: Path, folder: Path) -> bool:
    uuid = archive.read_bytes().split(b'"uuid":"', 1)[1].split(b'"', 1)[0].decode()
    folder.mkdir()
    shutil.copy(archive, folder / f"{uuid}.bel")
    done = subprocess.run(["belenios-tool", "election", "verify", "--dir", str(folder)], capture_output=True, text=True)
    return done.returncode == 0 and "all checks passed" in done.stderr + done.stdout


@pytest.fixture(scope="module")
def iam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("iam")
    run(out, "iam-2024", "--ballots", "150", members=400)
    return out


@pytest.fixture(scope="module")
def seattle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("seattle")
    run(out, "seattle15", "--polis", str(Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle"))
    return out


def test_the_published_table_of_2024_comes_out_line_for_line(iam: Path) -> None:
    lines = (iam / "table.txt").read_text(encoding="utf-8").splitlines()
    assert lines[3] == "Opened: 150 ballots (simulation, seed 7)"
    published = lines.index("As published") + 1
    assert lines[4:8] == lines[published : published + 4] == PUBLISHED
    assert [line for line in lines if line.endswith("not published")] == [
        "Eligible: not published", "Registered: not published", "Ballots: not published", "Counts: not published",
        "Presidents: not published", "Participating: not published", "Absences: not published",
    ]  # fmt: skip
    simulated = lines[lines.index("This simulation (seed 7)") :]
    assert {"Eligible: 400", "Registered: 400", "Ballots: 150"} <= set(simulated)
    mails = next(line for line in simulated if line.startswith("Mails to members"))
    assert int(mails.rpartition(": ")[2]) >= 400


def test_every_sheet_of_a_vote_with_some_real_ballots_says_so_and_the_log_tells_who_was_left_out(iam: Path) -> None:
    heading = "simulation, 150 of 400 ballots real"
    sheets = [iam / "table.txt", iam / "label.txt", *(iam / "pages").glob("*.html"), *(iam / "pages").glob("*.csv")]
    assert len(sheets) > 8
    assert [each.name for each in sheets if heading not in each.read_text(encoding="utf-8")] == []
    assert not [each for each in (iam / "pages").iterdir() if each.suffix in (".pdf", ".atom", ".ics")]
    log = [json.loads(line) for line in (iam / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    acts = ("freeze_roll", "replay_part")
    facts = {each["act"]: json.loads(each["body"])["facts"] for each in log if each["act"] in acts}
    assert facts["freeze_roll"]["size"] == facts["replay_part"]["roll_size"] == 400
    assert facts["freeze_roll"]["roll_hash"] == facts["replay_part"]["roll_hash"]
    assert facts["replay_part"]["ballots_real"] == 150
    assert (iam / "vote.bel").read_bytes().count(b'"payload"') > 150


def test_the_second_vote_of_2024_is_by_name_between_the_leading_candidate_of_each_party(iam: Path) -> None:
    lines = (iam / "table.txt").read_text(encoding="utf-8").splitlines()
    place = lines.index("Second vote, by name: State Council Presidents, between Joe Biden and Donald Trump")
    assert lines[place + 1] == "All participating presidents voted for Joe Biden. By name, not secret."
    assert lines[-4:] == [*(f"Council {each}: Joe Biden" for each in (1, 2, 3)), "Elected: Joe Biden"]
    told = json.loads((iam / "result.json").read_text(encoding="utf-8"))
    assert told["outcome"]["state"] == "goes_on"
    assert told["by_name"]["between"] == ["Joe Biden", "Donald Trump"]
    assert told["by_name"]["published"]["presidents"] is None
    assert told["by_name"]["simulated"]["elected"] == "Joe Biden"
    assert "Council 2" in (iam / "pages" / "by-name.html").read_text(encoding="utf-8")


def test_the_label_of_2024_says_what_its_record_does_not_tell(iam: Path) -> None:
    lines = (iam / "label.txt").read_text(encoding="utf-8").splitlines()
    assert "Is there debate before the vote? Not documented" in lines
    bound = "Is the leadership bound, and since when? Not documented; the union reports that it followed the vote"
    assert bound in lines


def test_a_replay_without_a_debate_has_no_digest_and_says_why(iam: Path) -> None:
    assert not (iam / "digest.json").exists()
    assert not (iam / "citations.bel").exists()
    assert "No debate" in json.loads((iam / "result.json").read_text(encoding="utf-8"))["no_citations_because"]


@pytest.mark.needs("belenios-tool")
def test_the_outside_tool_accepts_the_vote_of_2024_and_refuses_it_altered(iam: Path, tmp_path: Path) -> None:
    assert verify(iam / "vote.bel").ok
    assert judged_by_the_outside_tool(iam / "vote.bel", tmp_path / "good")
    raw = bytearray((iam / "vote.bel").read_bytes())
    place = raw.index(b'"response":"', len(raw) // 2) + 12
    raw[place] = ord("1") if raw[place] != ord("1") else ord("2")
    altered = tmp_path / "altered.bel"
    altered.write_bytes(raw)
    assert not verify(altered).ok
    assert not judged_by_the_outside_tool(altered, tmp_path / "bad")


@pytest.mark.needs("data")
@pytest.mark.needs("belenios-tool")
def test_a_real_debate_gives_two_archives_that_the_outside_tool_accepts(seattle: Path, tmp_path: Path) -> None:
    for name in ("vote", "citations"):
        assert verify(seattle / f"{name}.bel").ok
        assert judged_by_the_outside_tool(seattle / f"{name}.bel", tmp_path / name)


@pytest.mark.needs("data")
def test_what_the_replay_leaves_can_be_checked_without_it(seattle: Path) -> None:
    assert check_audit((seattle / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == []
    raw = (seattle / "digest.json").read_bytes()
    _selection, differences = check_digest(raw)
    assert differences == []
    groups = json.loads(raw)["record"]["groups"]
    assert len(groups) >= 2
    assert all(each["size"] >= 5 for each in groups)
    assert len((seattle / "roll.sha256").read_text().strip()) == 64


@pytest.mark.needs("data")
@pytest.mark.sqlite_alone
def test_the_pages_of_a_real_debate_lead_from_the_result_to_each_argument_s_life_and_the_answer(seattle: Path) -> None:
    pages = seattle / "pages"
    result = (pages / "result.html").read_text(encoding="utf-8")
    told = ["Which arguments moved the vote", "Bridging on the ballot", "What the debate foresaw", "Council 1"]
    for words in (*told, "As they came to the debate", "Leaned the way they voted"):
        assert words in result
    left = {each.name for each in pages.iterdir()}
    assert {f"{each}.html" for each in PAGES} | set(FILES) <= left
    cited = json.loads((seattle / "result.json").read_text(encoding="utf-8"))["citations"]
    assert all(f'href="{each["argument"]}.html"' in result for each in cited)
    life = (pages / f"{cited[0]['argument']}.html").read_text(encoding="utf-8")
    assert "Selected for the ballot" in life
    assert "<h3>Cited</h3>" in life
    mandate = (pages / "mandate.html").read_text(encoding="utf-8")
    assert "All are answered." in mandate
    quoted = re.findall(r'href="(A-\d+\.html)"', mandate.partition('id="quoted"')[2].partition("</section>")[0])
    assert all("Answered by the council" in (pages / each).read_text(encoding="utf-8") for each in quoted)
    assert quoted
    named = re.compile(r'(?:href|src)="(?!https?:|#)([^"#]+)')
    assert {each for each in named.findall(result + mandate + life) if not (pages / each).is_file()} == set()


@pytest.mark.needs("data")
def test_the_same_seed_gives_the_same_table(seattle: Path, tmp_path: Path) -> None:
    run(tmp_path, "seattle15", "--polis", str(Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle"))
    assert (tmp_path / "table.txt").read_text(encoding="utf-8") == (seattle / "table.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [
    ["nothing"], ["seattle15"], ["iam-2024", "--members", "3"], ["iam-2024", "--ballots", "2001"],
    ["iam-2015", "--ballots", "100"], ["iam-2007", "--polis", "."],
])  # fmt: skip
def test_a_replay_that_cannot_run_says_why(tmp_path: Path, arguments: list[str]) -> None:
    outcome = CliRunner().invoke(replay, [*arguments, "--out", str(tmp_path)])
    assert outcome.exit_code != 0
    assert "Traceback" not in outcome.output
    assert outcome.output.strip()


def test_the_vote_of_2020_in_seventeen_locals_comes_out_with_its_one_published_share(tmp_path: Path) -> None:
    out = tmp_path / "upte"
    run(out, "upte-2020")
    lines = (out / "table.txt").read_text(encoding="utf-8").splitlines()
    assert lines[3] == "The endorsed candidate – 66%"
    assert "Is the leadership bound, and since when? Not documented" in (out / "label.txt").read_text(encoding="utf-8")
    assert not (out / "citations.bel").exists()


def test_a_survey_is_drawn_answered_and_decided_on_and_its_own_figures_stand_apart(tmp_path: Path) -> None:
    run(tmp_path, "iam-2015", members=100)
    lines = (tmp_path / "table.txt").read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("Simulation: a survey drawn from a roll of 100") :][1:5] == [
        "Drawn: 100. Answered: 100.", "Hillary Clinton: 71, 71.0 % ± 0.0", "Anybody else: 29, 29.0 % ± 0.0",
        "Executive council, by name: 3 of 3 for Hillary Clinton",
    ]  # fmt: skip
    assert "Sampling fraction: 1,700 / 600,000 = 0.28 %." in lines
    assert not list(tmp_path.glob("*.bel"))
    assert "Hillary Clinton" in (tmp_path / "pages" / "survey-2.html").read_text(encoding="utf-8")
    log = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    drawn = next(json.loads(each["body"])["facts"] for each in log if each["act"] == "draw_sample")
    told = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["simulated"]
    assert (told["draw_seed"], told["frame_sha256"]) == (drawn["seed"], drawn["frame_hash"])


@pytest.mark.sqlite_alone
def test_a_replay_that_was_killed_goes_on_from_what_is_kept_and_another_run_does_not(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    steps: list[str] = []

    def tell(step: str, _done: int, _total: int) -> None:
        steps.append(step)
        if step == "answers" and steps.count("answers") == 1:
            raise Killed

    run_ = Replay(load("iam-2015"), tmp_path, 80, seed=1)
    with pytest.raises(Killed):
        run_.run(tell)
    steps_of_the_first = set(steps)
    assert not (tmp_path / "table.txt").exists()
    steps[:] = ["answers"]
    run_.run(tell)
    assert "roll read" in steps_of_the_first
    assert "roll read" not in steps
    assert (tmp_path / "table.txt").exists()
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_dir()) == ["pages"]


def test_what_is_kept_of_one_run_is_no_other_s(tmp_path: Path) -> None:
    settings = replay_settings(tmp_path / "installation")
    settings.instance.mkdir()
    (settings.instance / "clock").write_text("7")
    Kept(tmp_path / "kept", settings, {"seed": 1}).keep(4, {"x": 3})
    shutil.rmtree(settings.instance)
    assert Kept(tmp_path / "kept", settings, {"seed": 1}).bring_back() == (4, {"x": 3})
    assert (settings.instance / "clock").read_text() == "7"
    assert Kept(tmp_path / "kept", settings, {"seed": 2}).bring_back() is None
    assert not (tmp_path / "kept").exists()

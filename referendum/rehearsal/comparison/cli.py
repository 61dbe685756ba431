"""`flask compare QUESTION`: what each known process would have made of a question, with one made-up union.

It writes nothing to the database and is no act of anybody's. A scenario needs no installation, a question its database.
"""

from pathlib import Path

import click
from flask.cli import ScriptInfo, pass_script_info

from forum.kernel.database import transaction
from forum.kernel.errors import Missing
from forum.kernel.settings import Misconfigured
from forum.questions.process import Process
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import LARGEST_FILE
from referendum.rehearsal import scenario as scenarios
from referendum.rehearsal.comparison.assumed_file import BadAssumptions, read_assumptions
from referendum.rehearsal.comparison.assumptions import Assumptions
from referendum.rehearsal.comparison.comparison import compare as compare_processes
from referendum.rehearsal.comparison.matter import FEWEST, MOST, Matter, of_scenario
from referendum.rehearsal.comparison.matter_queries import of_question
from referendum.rehearsal.comparison.picture import draw
from referendum.rehearsal.comparison.sheet import lines
from referendum.rehearsal.comparison.written import as_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(file_okay=False, path_type=Path)
PICTURE = click.Path(dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("question")
@click.option("--members", type=click.IntRange(FEWEST, MOST), help="Default: the roll; of a scenario 600,000.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**63))
@click.option("--runs", default=200, show_default=True, type=click.IntRange(20, 2000), help="With other draws each.")
@click.option("--process", "own", type=FILE, help="A process of your own (TOML) beside the known ones.")
@click.option("--assume", type=FILE, help="A TOML file that replaces some of what is assumed.")
@click.option("--out", type=OUT, help="Folder for table.txt, result.json and picture.svg.")
@click.option("--svg", type=PICTURE, help="File for the picture alone.")
@click.option("--json", "tell_json", is_flag=True, help="Print JSON instead of the table.")
@pass_script_info
def compare(
    app: ScriptInfo, question: str, *, members: int | None, seed: int, runs: int, own: Path | None,
    assume: Path | None, out: Path | None, svg: Path | None, tell_json: bool,
) -> None:  # fmt: skip
    """Simulate QUESTION under each known process: who takes part, what is decided, how sure it is, whom it binds.

    QUESTION is a question's number in this installation, or a scenario's name (iam-2024, iam-2015, …). One union is
    made up from the seed, the same for every process; only who takes part is drawn anew in every run.
    """
    matter = _matter(app, question, members)
    process = _process(own, matter.members) if own else None
    assumed = _assumed(assume, matter) if assume else Assumptions()
    told = compare_processes(matter, assumed, process, seed=seed, runs=runs)
    files = {"table.txt": "\n".join(lines(told)) + "\n", "result.json": as_json(told), "picture.svg": draw(told)}
    try:
        _write(out, svg, files)
    except OSError as problem:
        raise click.ClickException(f"this cannot be written: {problem}") from None
    click.echo(files["result.json" if tell_json else "table.txt"], nl=False)


def _matter(app: ScriptInfo, question: str, members: int | None) -> Matter:
    if not (question.isascii() and question.isdigit()):
        try:
            return of_scenario(scenarios.load(question), members)
        except scenarios.BadScenario as problem:
            raise click.ClickException(f"{problem}; or give a question’s number") from None
    try:
        with app.load_app().app_context(), transaction(write=False):
            found = of_question(int(question), members)
    except Missing:
        raise click.ClickException(f"there is no question {question} in this installation") from None
    except Misconfigured as problem:
        raise click.ClickException(f"a question needs this installation’s settings: {problem}") from None
    if len(found.titles) < 2:
        raise click.ClickException("the question has fewer than two options")
    if not found.members:
        raise click.ClickException("there is no roll: import the members, or compare on a scenario")
    return found


def _process(file: Path, members: int) -> Process:
    """A union's own process, or every fault of it with its line, as `flask process check` tells them."""
    found, faults = read_with_lines(_text(file), union_size=members)
    if found is None:
        each_one = ((fault.line, fault.problem) for fault in faults)
        told = [f"{file.name}:{line}: {each.field}: {each.text % each.facts}" for line, each in each_one]
        raise click.ClickException("the process has faults\n" + "\n".join(told))
    return found


def _assumed(file: Path, matter: Matter) -> Assumptions:
    try:
        return read_assumptions(_text(file), matter.letters)
    except BadAssumptions as problem:
        raise click.ClickException(f"{file.name}: {problem}") from None


def _text(file: Path) -> str:
    if file.stat().st_size > 4 * LARGEST_FILE:
        raise click.ClickException(f"{file.name} is too large")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not UTF-8 text") from None


def _write(out: Path | None, svg: Path | None, files: dict[str, str]) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
    if svg is not None:
        svg.write_text(files["picture.svg"], encoding="utf-8")

"""What a replay's installation shows visitors, as files that any browser opens without a server: result, mandate,
digest and bulletin, the board, the map, the balance, and the life of every argument, with their sheets. Links to what
is not kept are plain words.
"""

import re
import shutil
from codecs import BOM_UTF8
from pathlib import Path

from flask import Flask

from forum.arguments.models import Argument
from forum.halls.queries import national_hall
from forum.kernel.database import db, transaction
from forum.questions.queries import question_by_id
from referendum.surveys.rules import AFTER, BEFORE

STATIC = Path(__file__).parents[2] / "static"
PAGES = ("result", "mandate", "digest", "bulletin", "arguments", "opinions", "reach", "label", "card")
FILES = (
    "result.csv", "citations.csv", "turnout.csv", "leanings.csv", "opinions.csv", "reach.csv", "bulletin.pdf",
    "feed.atom", "dates.ics",
)  # fmt: skip
NOTICE = "This page tells of the replay’s own vote. What is known of the real one stands in the files beside."
_LINK = re.compile(r'(?P<what>href|src|action)="(?P<path>[/?][^"#]*)(?P<anchor>#[^"]*)?"')
_MAIN = re.compile(r"<main\b[^>]*>")
_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)


def write_pages(app: Flask, out: Path, question_id: int, heading: str) -> None:
    """Write every page into `out`; `result.html` is the one to begin with. Each page says that it is a simulation; a
    `heading` stands on sheets too, and what has no room for it is left out."""
    with transaction(write=False):
        names = _names(question_id)
    db.session.remove()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.copytree(STATIC, out / "static", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.js", "vendor"))
    browser = app.test_client()
    for path, name in names.items():
        answer = browser.get(path)
        if answer.status_code != 200:
            continue
        if name.endswith(".html"):
            page = standing_alone(answer.get_data(as_text=True), names, heading or "simulation")
            (out / name).write_text(page, encoding="utf-8")
        elif not heading:
            (out / name).write_bytes(answer.data)
        elif name.endswith(".csv"):
            (out / name).write_bytes(b'"' + heading.encode() + b'"\r\n' + answer.data.removeprefix(BOM_UTF8))


def standing_alone(page: str, names: dict[str, str], heading: str) -> str:
    """A page whose links lead to the files beside it, without scripts, under a heading."""

    def link(found: re.Match[str]) -> str:
        path = found["path"].split("?")[0]
        if path.startswith("/static/"):
            return f'{found["what"]}="{path[1:]}"'
        if path in names:
            return f'{found["what"]}="{names[path]}{found["anchor"] or ""}"'
        return ""

    alone = _LINK.sub(link, _SCRIPTS.sub("", page))
    return _MAIN.sub(rf'\g<0><p class="notice"><strong>{heading}</strong><br>{NOTICE}</p>', alone, count=1)


def _names(question_id: int) -> dict[str, str]:
    """The addresses that are kept, and the file of each."""
    question = question_by_id(question_id)
    path = f"/q/{question.number}"
    names = {path: "question.html"}
    names |= {f"{path}/{each}": f"{each}.html" for each in PAGES}
    names |= {f"{path}/{each}": each for each in FILES}
    names |= {f"{path}/by-name/{stage}": "by-name.html" for stage in ("roll_call", "council_decision")}
    names |= {f"{path}/survey/{place}": f"survey-{place}.html" for place in (BEFORE, AFTER)}
    every = db.session.scalars(db.select(Argument).where(Argument.question_id == question_id))
    names |= {f"/a/{each.id}": f"{each.label}.html" for each in every}
    hall = national_hall(question_id)
    return names | ({f"/halls/{hall.id}/gave": "national-hall.html"} if hall else {})

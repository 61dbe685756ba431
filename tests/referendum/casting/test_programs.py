"""The list of the booth's programs: complete, and what is served is what is listed."""

import hashlib
import re
from pathlib import Path

from flask import Flask

from referendum.casting.programs import listing, needed_at_once, programs
from tests.house.source import ROOT

BOOTH = {
    "referendum/casting/booth.js", "referendum/casting/checking.js", "referendum/casting/recompute.js",
    "referendum/crypto/worker.js", "referendum/crypto/seal.js", "referendum/crypto/group.js",
    "referendum/trustees/key.js", "referendum/count/decrypt.js",
}  # fmt: skip


def test_every_program_is_served_byte_for_byte_as_it_is_listed(app: Flask) -> None:
    browser = app.test_client()
    page, listed = browser.get("/programs").text, browser.get("/programs.txt").text
    rows = [line.split("  ") for line in listed.splitlines()]
    assert {f"static/{path}" for path in BOOTH} <= {path for _hash, path in rows}
    for digest, path in rows:
        assert hashlib.sha256(browser.get(f"/{path}").data).hexdigest() == digest, path
        assert digest in page
    assert hashlib.sha256(listed.encode()).hexdigest() in page


def test_a_program_that_another_one_needs_is_listed_however_it_is_asked_for(tmp_path: Path) -> None:
    templates, static = tmp_path / "templates", tmp_path / "static"
    scripts = {
        "a/entry.js": 'import { x } from "./one.js";\nimport "../b/two.js";\nconst y = () => import("./three.js");\n',
        "a/one.js": 'export * from "../b/four.js"; // not "../b/six.js"\n', "b/two.js": "", "a/three.js": "",
        "b/four.js": 'new Worker(new URL("five.js", import.meta.url));\n', "b/five.js": "", "b/six.js": "",
    }  # fmt: skip
    for name, text in scripts.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    (templates / "referendum/casting").mkdir(parents=True)
    (templates / "referendum/casting/booth.html").write_text("{{ loaded(programs, 'a/entry.js') }}")
    found = programs(templates, static)
    assert [each.path for each in found] == sorted(set(scripts) - {"b/six.js"})
    assert [each.path for each in needed_at_once("a/entry.js", static)] == [
        "a/entry.js", "a/one.js", "b/four.js", "b/two.js",
    ]  # fmt: skip
    assert listing(found).splitlines()[0] == f"{found[0].hash}  static/a/entry.js"


def test_no_listed_program_makes_code_or_html_out_of_text() -> None:
    for program in programs(ROOT / "templates", ROOT / "static"):
        text = (ROOT / "static" / program.path).read_text(encoding="utf-8")
        found = re.search(r"\beval\(|new Function|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write", text)
        assert not found, f"{program.path}: {found}"

"""Strings made to break out of a page: rendered, stored and shown, they stay words."""

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from forum.halls import post_operations as posts
from forum.halls.forms import read_post
from forum.halls.models import Post
from forum.kernel import clock, text
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid
from forum.kernel.text import ALLOWED_TAGS, is_safe_link
from tests.build_halls import make_debate, make_hall
from tests.people import Cast, actor, sign_in

ATTRIBUTES = {"a": {"href", "rel"}}


class Watch(HTMLParser):
    """Notes every element and attribute that a member's words must not make."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.faults.append(f"{tag} {name}")
            if name == "href" and not is_safe_link(value or ""):
                self.faults.append(f"link {value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")


def faults(html: str) -> list[str]:
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch.faults


def strings(name: str) -> list[str]:
    lines = Path(os.environ["HUSTINGS_DATA"], "attacks", name).read_text(encoding="utf-8", errors="replace").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]


def test_the_watch_sees_what_it_must() -> None:
    assert faults('<p onclick="x">a</p><script>b</script><a href="javascript:80">c</a><!-- d -->') == [
        "p onclick", "script", "link javascript:80", "comment  d ",
    ]  # fmt: skip


@pytest.mark.needs("data")
@pytest.mark.parametrize("name", ["xss_vectors.txt", "naughty_strings.txt"])
@pytest.mark.parametrize("frame", ["{}", "**{}**", "[x]({})", "> {}\n\n- {}", "`{}`", "<{}>"])
def test_no_attack_string_becomes_anything_but_words(name: str, frame: str) -> None:
    found = {each: faults(text.render(frame.replace("{}", each))) for each in strings(name)}
    assert not {each: what for each, what in found.items() if what}


@pytest.mark.needs("data")
def test_naughty_strings_are_kept_as_typed_and_shown(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sent: list[str] = []
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        for each in strings("naughty_strings.txt"):
            try:
                new = read_post({"source": each})
            except Invalid:
                continue
            posts.publish_post(actor(cast.member), hall.id, new, now=clock.now())
            sent.append(text.clean(each))
        hall_id, pages = hall.id, (hall.post_count - 1) // 20 + 1
        assert list(db.session.scalars(db.select(Post.source).order_by(Post.number))) == sent
    assert len(sent) > 400
    reader = sign_in(app, cast.elsewhere)
    for page in range(1, pages + 1):
        answer = reader.get(f"/halls/{hall_id}?page={page}")
        assert answer.status_code == 200
        assert answer.get_data(as_text=True).count('class="post-body"') == min(20, len(sent) - (page - 1) * 20)

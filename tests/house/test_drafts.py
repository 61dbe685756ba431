"""Nothing typed is lost: a form with room for words keeps a draft on the device, or stands here with its reason."""

import re
from collections.abc import Iterator

from flask import Flask

from forum.kernel import clock
from forum.kernel.database import transaction
from tests.build_halls import make_debate, make_hall, make_post
from tests.house.source import ROOT
from tests.people import Cast, sign_in

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
WORDS = re.compile(r"textarea\(|<textarea")
NO_DRAFT = {
    'data-event="open_poll"': "a straw poll is asked in the room, in one breath, and sent by the socket",
    'data-form="check"': "an opened ballot is only looked at, and must not stay on the device",
    "moderation_public.check_words": "words are only held against a hash, and nothing is kept of them",
}


def forms() -> Iterator[tuple[str, str]]:
    """(template, form) of every form with a textarea."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            if WORDS.search(form):
                yield str(path.relative_to(ROOT)), form


def test_every_form_with_room_for_words_keeps_a_draft() -> None:
    found = list(forms())
    assert len(found) > 20
    without = [
        f"{name}: {form[:160]}"
        for name, form in found
        if "data-draft=" not in form and not any(mark in form for mark in NO_DRAFT)
    ]
    assert not without, "\n".join(without)


def test_every_exception_is_still_needed() -> None:
    for mark in NO_DRAFT:
        assert any(mark in form for _, form in forms()), mark


def test_the_draft_is_forgotten_once_the_words_have_arrived_and_not_before(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        address = f"/moderation/post/{make_post(hall, cast.member).id}/hide"
    sent = {"ground": "spam", "reason": "An advertisement.", "draft": "hide-post-1"}
    stale = sign_in(app, cast.host, fresh=False)
    assert "/confirm" in stale.post(address, data=sent).location
    assert "data-draft-clear" not in stale.get("/").text
    host = sign_in(app, cast.host)
    assert host.post(address, data=sent).status_code == 302
    assert 'data-draft-clear="hide-post-1"' in host.get("/").text
    host.post(address, data={**sent, "draft": "x" * 500})
    assert "data-draft-clear" not in host.get("/").text

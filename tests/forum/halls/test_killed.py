"""Who posts while the server is killed at any call sends the form again: the post is there once, and whole (T2)."""

from flask import Flask

from forum.halls.models import Hall, Post
from forum.kernel import audit, clock
from forum.kernel.database import db, transaction
from tests.build_halls import make_debate, make_hall
from tests.dying import deaths
from tests.people import Cast, sign_in


def test_a_post_is_there_once_wherever_the_server_was_killed(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local).id
    writer = sign_in(app, cast.member)

    def send() -> int:
        form = {"source": "We were *eight*.", "client_key": "k"}
        return writer.post(f"/halls/{hall}/posts", data=form).status_code

    def there() -> list[tuple[int, str]]:
        with app.app_context(), transaction(write=False) as session:
            assert audit.check(audit.export(with_bodies=True)) == []
            posts = session.execute(db.select(Post.number, Post.html).order_by(Post.id)).all()
            assert session.get_one(Hall, hall).post_count == len(posts)
            return [(number, html) for number, html in posts]

    whole = [(1, "<p>We were <em>eight</em>.</p>")]
    told = []
    for done in deaths(app, send, every=2):
        told.append(done)
        assert there() == whole if done else there() in ([], whole)
    assert len(told) > 5, "each statement and the commit were its last"
    assert (send(), there()) == (302, whole), "who was never answered sends the form again"

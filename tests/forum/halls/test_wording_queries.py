"""The history of a post, page by page."""

import pytest
from flask import Flask

from forum.halls import post_operations as posts
from forum.halls.forms import EditedPost
from forum.halls.models import Post
from forum.halls.wording_queries import history
from tests.build_halls import make_debate, make_hall, make_post
from tests.conftest import NOW
from tests.people import Cast, actor


@pytest.fixture
def post(ground: Flask, cast: Cast) -> Post:
    """A post of 23 wordings."""
    hall = make_hall(make_debate(cast), cast.local)
    post = make_post(hall, cast.member, "Wording 1")
    for number in range(1, 23):
        posts.edit_post(actor(cast.member), hall.id, 1, EditedPost(f"Wording {number + 1}", number), now=NOW)
    return post


def test_the_wordings_stand_ten_a_page_the_newest_first_and_each_once(post: Post) -> None:
    pages = [history(post, page) for page in (1, 2, 3)]
    assert [len(each.wordings) for each in pages] == [10, 10, 3]
    assert [wording.number for each in pages for wording in each.wordings] == list(range(23, 0, -1))
    assert {each.pages for each in pages} == {3}


def test_the_last_wording_of_a_page_tells_what_it_changed_too(post: Post) -> None:
    assert str(history(post, 1).wordings[-1].changes) == "Wording <del>13</del><ins>14</ins>"
    assert str(history(post, 3).wordings[-1].changes) == ""


def test_a_page_that_cannot_be_is_the_nearest(post: Post) -> None:
    assert (history(post, 0).page, history(post, 2**31).page) == (1, 3)


def test_a_hidden_post_has_no_wordings(post: Post) -> None:
    post.hidden_at = NOW
    assert history(post, 1).wordings == []

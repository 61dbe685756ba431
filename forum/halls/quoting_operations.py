"""Hidden words do not stand on in quotes: whoever quotes a post is noted when it is written, and the quotes are taken
out of view, and shown again, with the post that they quote, in the same transaction.

The text itself is changed, so that every page, print, feed, search and export follows. What was taken is kept beside it
(`MaskedQuote`) and put back. Which copies are not recognised, `quoting` says.
"""

from sqlalchemy import or_

from forum.halls import quoting, quoting_queries
from forum.halls.models import Post, PostRevision
from forum.halls.quoting_models import MaskedQuote, PostQuote
from forum.kernel import text
from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.kernel.languages import say

MOST_QUOTED = 20
HIDDEN_WORDS = N_("(No. %(number)s was hidden.)")


def note_quotes(post: Post) -> None:
    """Note which posts the newest wording quotes. Of one that is hidden meanwhile, nothing is quoted."""
    numbers = quoting.quoted_numbers(post.source)
    if numbers is None:
        return
    candidates = or_(Post.number.in_(numbers), Post.id == post.reply_to_id)
    query = db.select(Post).where(Post.hall_id == post.hall_id, Post.id != post.id, candidates)
    for quoted in db.session.scalars(query.order_by(Post.number.desc()).limit(MOST_QUOTED)):
        words = quoting_queries.words(quoted)
        if not quoting.quotes(post.source, quoted.number, words):
            continue
        if db.session.get(PostQuote, (post.id, quoted.id)) is None:
            db.session.add(PostQuote(post_id=post.id, quoted_id=quoted.id))
        if quoted.hidden_at is not None:
            _mask(post, post.id, post.revision, quoted, words)
    db.session.flush()


def hide_quotes(hidden: Post) -> None:
    """Take what other posts quote of this one out of view, in every wording of theirs."""
    words = quoting_queries.words(hidden)
    for post in quoting_queries.quoting(hidden):
        for wording, number in quoting_queries.wordings(post):
            _mask(wording, post.id, number, hidden, words)
    db.session.flush()


def show_quotes(shown: Post) -> None:
    """Put back what was taken out of the quotes of this post. Where its author has worded a post anew since, what was
    taken comes back there too, if the line that stands for it was left."""
    query = db.select(MaskedQuote).where(MaskedQuote.hidden_id == shown.id).order_by(MaskedQuote.id)
    kept = list(db.session.scalars(query))
    for post in quoting_queries.quoting(shown):
        taken: list[tuple[str, str]] = []
        for wording, number in quoting_queries.wordings(post):
            own = [(each.mark, each.words) for each in kept if (each.post_id, each.revision) == (post.id, number)]
            taken = own or taken
            _reword(wording, quoting.unmask(wording.source, taken))
    for each in kept:
        db.session.delete(each)
    db.session.flush()


def _mask(wording: Post | PostRevision, post_id: int, number: int, hidden: Post, words: str) -> None:
    mark = say(HIDDEN_WORDS, number=hidden.number)
    source, taken = quoting.mask(wording.source, hidden.number, words, mark)
    for line, gone in taken:
        db.session.add(MaskedQuote(hidden_id=hidden.id, post_id=post_id, revision=number, mark=line, words=gone))
    _reword(wording, source)


def _reword(wording: Post | PostRevision, source: str) -> None:
    if source != wording.source:
        wording.source, wording.html = source, text.render(source)

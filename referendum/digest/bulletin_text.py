"""The words of the printed bulletin, in the reader's language: the claims of the digest, the statements, how to vote.

It hangs where everybody passes by, so it says what visitors may see: claims and no grounds, no person and no hall.
"""

from datetime import datetime
from html.parser import HTMLParser

from flask_babel import gettext, ngettext

from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.digest.bulletin import Bulletin, PrintedArgument, PrintedSide, PrintedStatement
from referendum.digest.page_queries import DigestPage, SideRow, StatementRow, TakenRow

BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "blockquote", "pre", "tr"})


def bulletin_of(question: Question, page: DigestPage, settings: Settings, now: datetime) -> Bulletin:
    """Everything on the sheet of one question."""
    return Bulletin(
        union=settings.union_name,
        kicker=f"{gettext('Question %(number)s', number=question.number)}, {gettext('voter guide')}",
        title=question.title,
        dates=tuple((each["what"], _plain_date(each["date"])) for each in dates_of(question)),
        ballot=gettext("On the ballot"),
        options=tuple((each.letter, each.title) for each in question.options),
        sides=tuple(_side(each, settings) for each in page.sides),
        statements_heading=gettext("Statements, at equal length"),
        statements=tuple(_statement(each, page.room) for each in page.statements),
        how_heading=gettext("How to vote"),
        how=tuple(how_to_vote(question, now)),
        address=address_of(question, settings),
        foot=tuple(foot(settings)),
        hash=f"{gettext('Digest')} {page.digest.hash}",
    )


def address_of(question: Question, settings: Settings) -> str:
    """The question's page, as it is printed and coded."""
    return f"{settings.base_url}/q/{question.number}"


def dates_of(question: Question) -> list[dict[str, str]]:
    """What a passer-by wants to know: until when."""
    rows = [
        (gettext("Debate closed"), question.closed_at),
        (gettext("Voting opens"), question.vote_opens_at),
        (gettext("Voting closes"), question.vote_closes_at),
    ]
    return [{"what": what, "date": when(at, "full")} for what, at in rows if at is not None]


def how_to_vote(question: Question, now: datetime) -> list[str]:
    """The two sentences that nobody should miss, while there is a vote to come."""
    if question.vote_closes_at is None or question.vote_closes_at <= now:
        return []
    return [
        gettext("Your voting code comes by mail or by letter. With it you vote in the booth, without signing in."),
        gettext("Nobody can see how you voted. Keep the code to yourself."),
    ]


def foot(settings: Settings) -> list[str]:
    """Who can help, and who chose."""
    chose = gettext(
        "No officer, host or teller chose these arguments. A rule published before the debate did, from the readings "
        "of members; anyone can work it out again."
    )
    return [f"{gettext('Help from a person:')} {settings.help_line}", chose] if settings.help_line else [chose]


def whose(statement: StatementRow, room: int) -> str:
    """Whose statement it is, and how much of the room that all have it takes."""
    kind = gettext("Leadership") if statement.kind == "leadership" else gettext("Reply of a minority")
    on = gettext("on option %(letter)s", letter=statement.who) if statement.who else ""
    length = ngettext("One character of %(room)s", "%(num)s characters of %(room)s", statement.length, room=room)
    return ", ".join(each for each in (f"{kind} {on}".strip(), length) if each) + "."


def _side(side: SideRow, settings: Settings) -> PrintedSide:
    word = gettext("Against") if side.against else gettext("For")
    return PrintedSide(
        f"{word} {side.option.letter}: {side.option.title}",
        tuple(_argument(each, side, settings) for each in side.arguments),
        gettext("No argument here had enough readers from enough locals."),
    )


def _argument(row: TakenRow, side: SideRow, settings: Settings) -> PrintedArgument:
    """With two options an argument against the one stands under the other: then it says so."""
    own = row.tag.side == ("against" if side.against else "for") and row.tag.letter == side.option.letter
    answered = gettext("Answered by")
    return PrintedArgument(
        row.tag.label,
        row.claim,
        "" if own else gettext("against %(option)s", option=row.tag.letter),
        tuple(f"{answered} {each.label}: {each.claim}" for each in row.answers),
        f"{settings.base_url}{row.tag.url}",
    )


def _statement(statement: StatementRow, room: int) -> PrintedStatement:
    return PrintedStatement(statement.title, whose(statement, room), tuple(paragraphs(statement.html)))


def _plain_date(told: str) -> str:
    return " ".join(" ".join(paragraphs(told)).split())


def paragraphs(html: str) -> list[str]:
    """The text of our own rendered HTML, a paragraph or an item of a list each."""
    reader = _Paragraphs()
    reader.feed(html)
    reader.close()
    return [" ".join(each.split()) for each in reader.found if each.split()]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag in BLOCKS:
            self.found.append("– " if tag == "li" else "")
        elif tag == "br":
            self.found[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        self.found[-1] += data

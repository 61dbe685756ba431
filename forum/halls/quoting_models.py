"""Tables of quotes between posts: who quotes whom, and the quoted words that were taken out of view with their post."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class PostQuote(Base):
    """A post of which some wording quotes another post of the same hall."""

    __tablename__ = "post_quotes"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    quoted_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)


class MaskedQuote(Base):
    """Lines of one wording of a post that quoted a post now hidden. A line that says so stands in their place; they
    come back when the hidden post does. `revision` is the wording's number."""

    __tablename__ = "masked_quotes"

    id: Mapped[int] = mapped_column(primary_key=True)
    hidden_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    revision: Mapped[int]
    mark: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)

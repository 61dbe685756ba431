"""The table of the opinion map: one row a question, sums alone.

No member's place or group is stored anywhere: whoever asks for their own has it worked out from their own readings
and the weights below, while the page is made. So nothing here has to be forgotten at certification.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class StoredMap(Base):
    """What was found when a question's readings were last added up.

    `state` is a hash of the arguments' sums and ends, by which the next run sees whether anything moved; `took_ms` how
    long the last run took, so that a large union's does not run all the time. `document` is what the page draws,
    `weights` what places a reader: {argument id: [mean, first weight, second weight, extremity]}.
    """

    __tablename__ = "opinion_maps"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    computed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(64))
    took_ms: Mapped[int]
    reader_count: Mapped[int]
    reading_count: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    weights: Mapped[dict[str, list[float]]] = mapped_column(JSON)

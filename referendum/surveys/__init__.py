"""Sample surveys: a draw that anyone can repeat, a questionnaire, invitations, answers, and what they are worth.

Tables: surveys, survey_frames, survey_seats, survey_answers. A survey is called a survey everywhere and binds nobody.
Pure files: `frames` (everybody who could be drawn, under numbers that name nobody), `sampling` (the draw), `estimates`
(weights, margins). An officer writes what is asked (`questionnaire_operations`) unless the process does; the frame is
frozen and the sample drawn from it (`draw_operations`); `flask survey draw` repeats that (`repeat_queries`).
Neighbours: `rollcalls` below, whose vote follows a survey where members have none.

Slots: fills question.now, question.page, question.label, question.ribbon, question.dates, question.moved and
result.surveys; offers survey.closed.
"""

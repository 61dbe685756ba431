"""One answer encrypted and proved, and the proofs of one answer checked (SPEC 4).

Order of the draws, for whoever wants the same bytes from the same source: the randomness r of every choice;
then the individual proof of every choice; then the overall proof; then, where the question may be left blank,
the blank proof.
"""

from collections.abc import Sequence

from referendum.crypto.election import Question
from referendum.crypto.elgamal import Ciphertext, Prepared, Raisable, encrypt, product
from referendum.crypto.group import Draw, FixedBase, Q, draw_exponent
from referendum.crypto.layout import Answer
from referendum.crypto.proofs import (
    Branch,
    NotAnElement,
    Opened,
    holds_interval,
    holds_one_of,
    prove_interval,
    prove_one_of,
)

BITS = (0, 1)


class BadChoice(ValueError):
    """The choices are not an answer to the question. The message says why, in plain words."""


def encoded(question: Question, chosen: Sequence[int] | None) -> list[int]:
    """The bits that a ballot encrypts for one question; ``None`` leaves it blank. Raises BadChoice.

    ``chosen`` has one 0 or 1 for each answer.
    """
    if chosen is None:
        if not question.blank:
            raise BadChoice("this question cannot be left blank")
        return [1] + [0] * len(question.answers)
    if len(chosen) != len(question.answers) or any(bit not in BITS for bit in chosen):
        raise BadChoice("there must be one 0 or 1 for each answer")
    if not question.min <= sum(chosen) <= question.max:
        raise BadChoice(f"choose from {question.min} to {question.max} answers")
    return [0] * question.blank + list(chosen)


def answer_statement(statement: str, choices: Sequence[Ciphertext]) -> str:
    """S of the proofs over a whole answer: S0 and every ciphertext of the answer."""
    return f"{statement}|" + ",".join(f"{choice.alpha},{choice.beta}" for choice in choices)


def _sum(opened: Sequence[Opened]) -> Opened:
    """What the product of ciphertexts encrypts."""
    return Opened(
        product(item.ciphertext for item in opened),
        sum(item.randomness for item in opened) % Q,
        sum(item.message for item in opened),
    )


def encrypt_answer(
    question: Question, chosen: Sequence[int] | None, statement: str, key: FixedBase, draw: Draw
) -> Answer:
    """The encrypted answer with its proofs. ``statement`` is S0. Raises BadChoice."""
    opened = []
    for bit in encoded(question, chosen):
        randomness = draw_exponent(draw)
        opened.append(Opened(encrypt(key, randomness, bit), randomness, bit))
    choices = tuple(item.ciphertext for item in opened)
    individual = tuple(tuple(prove_interval(statement, item, BITS, key, draw)) for item in opened)
    whole = answer_statement(statement, choices)
    values = range(question.min, question.max + 1)
    if not question.blank:
        overall = prove_interval(whole, _sum(opened), values, key, draw)
        return Answer(choices, individual, tuple(overall))
    blank, rest = opened[0], _sum(opened[1:])
    branches = [Branch(blank, 1), *(Branch(rest, value) for value in values)]
    true = 0 if blank.message else 1 + rest.message - question.min
    overall = prove_one_of(f"bproof1|{whole}|", branches, true, key, draw)
    branches = [Branch(blank, 0), Branch(rest, 0)]
    blank_proof = prove_one_of(f"bproof0|{whole}|", branches, blank.message, key, draw)
    return Answer(choices, individual, tuple(overall), tuple(blank_proof))


def _overall_branches(question: Question, parts: Sequence[Raisable]) -> list[tuple[Raisable, int]]:
    """The alternatives of the overall proof of a question that may be left blank: blank, or so many of the rest."""
    values = range(question.min, question.max + 1)
    return [(parts[0], 1), *((parts[1], value) for value in values)]


def wrong_in_answer(
    question: Question, answer: Answer, statement: str, key: FixedBase, *, members: bool = False
) -> str | None:
    """What does not hold in an answer; None when every proof holds. Raises NotAnElement.

    ``members``: that the ciphertexts are elements of the group is known, or shown in another way.
    """
    prepared = [Prepared(choice) for choice in answer.choices]
    proved = zip(answer.choices, prepared, answer.individual_proofs, strict=True)
    for number, (choice, powers, proofs) in enumerate(proved):
        if not members and not powers.is_wellformed():
            raise NotAnElement("a ciphertext is not made of elements of the group")
        if not holds_interval(statement, choice, BITS, proofs, key, powers):
            name = "the blank" if question.blank and not number else f"answer {number + 1 - question.blank}"
            return f"the proof that {name} is 0 or 1 does not hold"
    whole = answer_statement(statement, answer.choices)
    overall_words = f"the proof that from {question.min} to {question.max} answers are chosen does not hold"
    if not question.blank:
        values = range(question.min, question.max + 1)
        rest = product(answer.choices)
        several = Prepared(rest) if len(values) > 1 else None
        holds = holds_interval(whole, rest, values, answer.overall_proof, key, several)
        return None if holds else overall_words
    parts = [prepared[0], Prepared(product(answer.choices[1:]))]
    if not holds_one_of(f"bproof1|{whole}|", _overall_branches(question, parts), answer.overall_proof, key):
        return overall_words
    blank = holds_one_of(f"bproof0|{whole}|", [(part, 0) for part in parts], answer.blank_proof or (), key)
    return None if blank else "the proof that a blank answer chooses nothing does not hold"

// What a voter marked, and the lists of 0 and 1 that the elections' questions ask for. Nothing here touches the page.

import { lengthOf, objection } from "../crypto/ballot.js";

const MOST_CITATIONS = 3;
export const BLANK = "blank";

/** How many arguments may be marked: three, or as many answers as a tiny digest has. */
export const mostCitations = (facts) =>
  Math.min(MOST_CITATIONS, facts.digest.length * (facts.weighed_asked ? 2 : 1));

/**
 * Whether what the page shows is what the elections count, in the same order. A mark must never be counted for
 * another line than the one it stands on.
 */
export function factsAgree(facts, vote, citations) {
  const [question, ...more] = vote.questions;
  if (more.length || Boolean(question.blank) !== Boolean(facts.blank) || question.max !== facts.max_choices) return false;
  if (question.answers.length !== facts.options.length) return false;
  if (!facts.options.every(({ title }, at) => question.answers[at].includes(title))) return false;
  if (!citations) return true;
  const [marks, before] = citations.questions;
  const each = facts.weighed_asked ? 2 : 1;
  return citations.questions.length === 2 && lengthOf(before) === 3 && before.min === 0 && before.max === 1
    && marks.min === 0 && marks.max === mostCitations(facts) && lengthOf(marks) === each * facts.digest.length
    && marks.answers.every((answer, at) => answer.includes(facts.digest[Math.floor(at / each)].number));
}

/** The choices of the vote, or a key of the page's words that says why they cannot stand. */
export function voteChoices(question, marked) {
  const options = question.answers.map((_, at) => marked.includes(String(at)) ? 1 : 0);
  const blank = marked.includes(BLANK);
  if (blank && marked.length > 1) return "mark_blank";
  if (!marked.length) return "mark_one";
  const choices = question.blank ? [blank ? 1 : 0, ...options] : options;
  return objection(question, choices) ? "mark_fewer" : [choices];
}

/** Whether an argument speaks for what was chosen: for a chosen option, or against one that was not. */
export function onMySide({ option, side }, letters) {
  return letters.includes(option) === (side === "for");
}

/** The choices of the citations: a map from a digest's place to "moved" or "weighed", and "0", "1", "2" or "". */
export function citationChoices(facts, cited, before) {
  const answers = facts.digest.flatMap((_, at) => {
    const mark = cited.get(at);
    return facts.weighed_asked ? [mark === "moved" ? 1 : 0, mark === "weighed" ? 1 : 0] : [mark === "moved" ? 1 : 0];
  });
  return [answers, [0, 1, 2].map((place) => before === String(place) ? 1 : 0)];
}

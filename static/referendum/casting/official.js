// The ballot's official texts in other languages. They are read from the election record, to which every ballot is bound,
// and from nothing else that the page was given. Arguments stay in their members' words: what stands under them is the
// tellers' translation.

function languagesOf(election) {
  try {
    return Object.entries(JSON.parse(election.description).languages ?? {});
  } catch {
    return []; // a description in plain words names none
  }
}

/** For each official text of the page the same in other languages: [[text, [[language, text], …]], …]. */
export function officialTexts({ question_title: title, options, digest }, election) {
  const languages = languagesOf(election);
  const row = (shown, wordsIn) =>
    [shown, languages.map(([language, words]) => [language, wordsIn(words)]).filter(([, text]) => text && text !== shown)];
  return [
    row(title, (words) => words.question),
    ...options.flatMap(({ letter, title: name, text }) => [
      row(`${letter} ${name}`, (words) => `${letter} ${words.options[letter].title}`),
      row(text, (words) => words.options[letter].text),
    ]),
    ...digest.map(({ number, claim }) => row(claim, (words) => words.arguments?.[number])),
  ];
}

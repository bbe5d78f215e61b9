/** An example is a query that finds something in this library, with what it shows. */

import { writeFilter } from './filters.js';

/** @import { Passage, Recording, Transcript } from '../wire.js' */

/** @typedef {'words' | 'phrase' | 'without' | 'either' | 'prefix' | 'misspelt' | 'speaker' | 'language' | 'date'} Meaning */
/** @typedef {[query: string, meaning: Meaning]} Example */
/**
 * @typedef {object} Material
 * @property {string[]} words two that are said close together
 * @property {string} [apart] one that is said, but not where the first word is
 * @property {string} phrase
 * @property {string} speaker who says the first word, or empty
 * @property {string} [language]
 * @property {string} [year]
 */

/** Shorter words are mostly those that every sentence has. */
const TELLING = 6;

/** How many letters of a word stand before the `*`. */
const BEGINNING = 4;

/**
 * Writes examples with words that are known to be said.
 * @param {Material} material
 * @returns {Example[]}
 */
export function examplesOf({ words, apart, phrase, speaker, language, year }) {
  const [one = '', two = ''] = words;
  /** @type {(is: boolean, query: string, meaning: Meaning) => Example[]} */
  const where = (is, query, meaning) => (is ? [[query, meaning]] : []);
  return [
    [`${one} ${two}`, 'words'],
    [`"${phrase}"`, 'phrase'],
    ...where(apart !== undefined, `${one} -${apart}`, 'without'),
    [`${one} OR ${two}`, 'either'],
    [`${one.slice(0, BEGINNING)}*`, 'prefix'],
    [`${misspelt(two)}~`, 'misspelt'],
    ...where(speaker !== '', `${one} ${writeFilter('speaker', speaker)}`, 'speaker'),
    ...where(language !== undefined, `${one} lang:${language}`, 'language'),
    ...where(year !== undefined, `${one} date:${year}`, 'date'),
  ];
}

/**
 * Chooses the recording whose words make examples: short, so that it is read at once, yet long enough to say something.
 * @param {Recording[]} recordings
 */
export function exampleRecording(recordings) {
  const spoken = recordings.filter(({ words, revision }) => revision !== null && words > 0).sort((a, b) => a.words - b.words);
  return spoken.find(({ words }) => words >= 150) ?? spoken.at(-1) ?? null;
}

/**
 * Takes the material for examples from what is said in a recording: two telling words said close together, two words in
 * a row, one said elsewhere, who says the first.
 * @param {Transcript} transcript
 * @param {Recording} recording
 * @returns {Material | null} null where too little is said
 */
export function materialOf({ words, passages, stretches, speakers }, { languages, date }) {
  const bare = words.text.map((text) => text.toLowerCase().replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''));
  const doubtful = (/** @type {number} */ word) =>
    stretches.some(({ first_word, end_word, trust }) => trust === 'doubtful' && first_word <= word && word < end_word);
  const telling = (/** @type {number} */ word) => (bare[word]?.length ?? 0) >= TELLING && /^\p{L}+$/u.test(bare[word] ?? '') && !doubtful(word);
  const ordinalsOf = (/** @type {Passage} */ { first_word, end_word }) => Array.from({ length: end_word - first_word }, (_, at) => first_word + at);
  // Forms of one word begin alike.
  const beginning = (/** @type {number} */ word) => bare[word]?.slice(0, BEGINNING);

  for (const passage of passages) {
    const ordinals = ordinalsOf(passage).filter(telling);
    const first = ordinals[0];
    const second = ordinals.find((word) => bare[word] !== bare[first ?? 0]);
    if (first === undefined || second === undefined) continue;
    const speaker = speakers[words.speaker[first] ?? -1] ?? '';
    const near = new Set(ordinalsOf(passage).map(beginning));
    const apart = passages.flatMap(ordinalsOf).find((word) => telling(word) && !near.has(beginning(word)));
    return {
      words: [bare[first] ?? '', bare[second] ?? ''],
      apart: bare[apart ?? -1],
      phrase: [bare[second - 1], bare[second]].filter(Boolean).join(' '),
      speaker: speakers.length > 1 && !speaker.includes('\n') ? speaker : '',
      language: languages.length > 1 ? stretches.find(({ end_word: end }) => end > first)?.language : undefined,
      year: date?.slice(0, 4),
    };
  }
  return null;
}

/** Exchanges two letters inside a word. @param {string} word */
function misspelt(word) {
  const [a = '', b = ''] = [word[2], word[3]];
  return word.slice(0, 2) + b + a + word.slice(4);
}

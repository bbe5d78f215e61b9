/**
 * A fingerprint stands for the words of a quote in its link, so that the quote is still found when the transcript was
 * remade: how many words, their hash, and the hashes of the first and the last few, which may be found where one word
 * between them changed. It tells nothing about the words themselves.
 */

import { lastAtMost } from './sorted.js';

/** @import { Words } from '../wire.js' */

/** A few words in a row are seldom said twice within minutes. */
const ANCHOR = 3;

/** A quote that moved further than this is another one that sounds alike, unless it is the same to the letter. */
const NEAR_MS = 120_000;

/** No quote is longer; a longer number in a link is garbage. */
const LONGEST = 5000;

/** @typedef {{ kind: 'same' | 'moved' | 'changed', first: number, end: number }} Found words by ordinal, half-open */

/**
 * Returns the fingerprint of some words.
 * @param {Words} words
 * @param {number} first
 * @param {number} end the ordinal after the last
 */
export function fingerprintOf(words, first, end) {
  const hashes = words.text.slice(first, end).map(hashOf);
  const anchor = Math.min(ANCHOR, hashes.length);
  const ends = hashes.length > anchor ? [join(hashes, 0, anchor), join(hashes, hashes.length - anchor, anchor)] : [];
  return [hashes.length, join(hashes, 0, hashes.length), ...ends].map((n) => n.toString(36)).join('.');
}

/**
 * Looks for quoted words: first where they were, then anywhere, then for their ends near by.
 * @param {Words} words
 * @param {string} fingerprint
 * @param {{ first: number, end: number }} place the words that now stand where the quote was
 * @returns {Found | null} null when the fingerprint is none
 */
export function findQuote(words, fingerprint, place) {
  const parts = fingerprint.split('.');
  if (![2, 4].includes(parts.length) || !parts.every((part) => /^[0-9a-z]{1,7}$/.test(part))) return null;
  const [count = 0, whole = 0, head, tail] = parts.map((part) => Number.parseInt(part, 36));
  if (count < 1 || count > LONGEST) return null;

  const hashes = words.text.map(hashOf);
  const here_ms = words.start_ms[place.first] ?? 0;
  // Words that are often said are looked for near by only.
  const everywhere = count > ANCHOR ? { from: 0, to: hashes.length } : near(words, here_ms);
  const at = nearest(hashes, whole, count, place.first, everywhere, head);
  if (at !== null) return { kind: at === place.first ? 'same' : 'moved', first: at, end: at + count };

  const first = head === undefined ? null : nearest(hashes, head, ANCHOR, place.first, near(words, here_ms));
  const last = tail === undefined ? null : nearest(hashes, tail, ANCHOR, (first ?? place.first) + count - ANCHOR, near(words, here_ms));
  if (first !== null && last !== null && last >= first && last - first < 2 * count) {
    return { kind: 'changed', first, end: last + ANCHOR };
  }
  if (first !== null) return { kind: 'changed', first, end: Math.min(first + count, words.text.length) };
  return { kind: 'changed', ...place };
}

/**
 * Returns where words of a hash stand, the nearest to where they are expected.
 * @param {number[]} hashes one a word
 * @param {number} wanted
 * @param {number} count
 * @param {number} expected
 * @param {{ from: number, to: number }} range
 * @param {number} [head] the hash of the first few of them, which is sooner compared
 * @returns {number | null}
 */
function nearest(hashes, wanted, count, expected, range, head) {
  /** @type {number | null} */
  let best = null;
  for (let at = range.from; at + count <= range.to; at++) {
    const closer = best === null || Math.abs(at - expected) < Math.abs(best - expected);
    if (closer && (head === undefined || join(hashes, at, ANCHOR) === head) && join(hashes, at, count) === wanted) best = at;
  }
  return best;
}

/**
 * @param {Words} words
 * @param {number} ms
 */
function near(words, ms) {
  return {
    from: Math.max(0, lastAtMost(words.start_ms, ms - NEAR_MS)),
    to: lastAtMost(words.start_ms, ms + NEAR_MS) + 1,
  };
}

/** Letters and digits alone: punctuation and capitals change with every model. @param {string} word */
function hashOf(word) {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const letter of word.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * @param {number[]} hashes
 * @param {number} first
 * @param {number} count
 */
function join(hashes, first, count) {
  let hash = 0x811c9dc5;
  for (let at = first; at < first + count; at++) hash = Math.imul(hash ^ (hashes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A quote is words of a transcript with what proves them: who, where, when, and the link. */

import { strings } from '../strings.js';
import { fingerprintOf } from './fingerprint.js';
import { formatClock, formatSeconds } from './time.js';

/** @import { Transcript } from '../wire.js' */

/** @typedef {{ text: string, fingerprint: string, speakers: string[], start_ms: number, end_ms: number }} Quote */

/**
 * Returns the quote of some words.
 * @param {Transcript} transcript
 * @param {number} first
 * @param {number} end the ordinal after the last
 * @returns {Quote}
 */
export function quoteOf(transcript, first, end) {
  const { words, speakers } = transcript;
  const ordinals = new Set(words.speaker.slice(first, end));
  return {
    fingerprint: fingerprintOf(words, first, end),
    text: words.text.slice(first, end).join('').trim().replace(/\s+/g, ' '),
    speakers: [...ordinals].flatMap((ordinal) => (ordinal === null ? [] : speakers[ordinal] ?? [])),
    start_ms: words.start_ms[first] ?? 0,
    end_ms: Math.max(...words.end_ms.slice(first, end), 0),
  };
}

/**
 * Writes a quote's time as a link carries it.
 * @param {Quote} quote
 */
export function quoteTime(quote) {
  return `${formatSeconds(quote.start_ms)},${formatSeconds(quote.end_ms)}`;
}

/**
 * Writes a quote for pasting into a text.
 * @param {Quote} quote
 * @param {string} title
 * @param {string} link
 */
export function writeQuote(quote, title, link) {
  const who = [...quote.speakers, title].join(', ');
  return `${strings.quoted(quote.text)}\n— ${who}, ${formatClock(quote.start_ms)}–${formatClock(quote.end_ms)}\n${link}\n`;
}

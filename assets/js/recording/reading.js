/** A reading is one transcript on the page, tied to the player: words can be played, and playing shows the word. */

import { el } from '../lib/dom.js';
import { findQuote } from '../lib/fingerprint.js';
import { wordsBetween } from '../lib/words.js';
import { roving } from '../parts/roving.js';
import { strings } from '../strings.js';
import { markCurrentWord } from './current-word.js';
import { followPlayback } from './follow.js';
import { quoteBar } from './quote-bar.js';
import { buildTranscript } from './transcript.js';
import { holdWord, releaseWord, selectTo, wordStep } from './word-keys.js';

/** @import { Found } from '../lib/fingerprint.js' */
/** @import { Hit, Recording, Transcript } from '../wire.js' */

/**
 * @typedef {object} Reading
 * @property {Transcript} transcript
 * @property {HTMLElement} element
 * @property {(start_ms: number, end_ms: number | null, fingerprint: string) => Found | null} point marks the words of a link
 *   and shows them; says what became of quoted words
 * @property {(hits: Hit[]) => void} mark marks what a query found
 * @property {() => void} close
 */

/**
 * @param {Transcript} transcript
 * @param {Recording} recording
 * @param {HTMLMediaElement | null} media
 * @param {{ went: (ms: number) => void }} told the reader chose a word
 * @param {AbortSignal} outer
 * @returns {Reading}
 */
export function openReading(transcript, recording, media, told, outer) {
  const ending = new AbortController();
  const signal = AbortSignal.any([outer, ending.signal]);
  const { words } = transcript;
  const { element: text, spans } = buildTranscript(transcript);
  const backToNow = el('button', { type: 'button', class: 'back-to-now', hidden: true }, strings.backToNow);
  const element = el('section', { class: 'reading', 'aria-label': strings.transcript },
    el('p', { class: 'hidden', id: 'transcript-help' }, strings.transcriptHelp),
    text,
    el('div', { class: 'dock' }, backToNow, quoteBar(transcript, recording, text, spans, signal)),
  );
  text.setAttribute('aria-describedby', 'transcript-help');

  const follower = followPlayback(text, spans, media, backToNow, signal);
  if (media) markCurrentWord(media, words, spans, follower.moved, signal);

  const stop = roving(text, spans, {
    step: (key, index) => wordStep(key, index, transcript, spans),
    hold: holdWord,
    release: releaseWord,
    moved(from, to, press) {
      follower.stop();
      selectTo(spans, from, to, press.shiftKey);
    },
  }, signal);

  /** @type {Element[]} */
  let target = [];
  const setTarget = (/** @type {number} */ first, /** @type {number} */ end) => {
    for (const span of target) span.classList.remove('target');
    target = spans.slice(first, end);
    for (const span of target) span.classList.add('target');
    stop.moveTo(first);
  };

  const choose = (/** @type {Event} */ event) => {
    const chosen = event.target instanceof Element ? event.target.closest('[data-word]') : null;
    const word = Number(chosen?.getAttribute('data-word') ?? Number.NaN);
    if (Number.isNaN(word)) return;
    setTarget(word, word + 1);
    told.went(words.start_ms[word] ?? 0);
  };
  text.addEventListener('click', (event) => {
    if (document.getSelection()?.isCollapsed !== false) choose(event);
  }, { signal });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') choose(event);
  }, { signal });

  /** @type {Element[]} */
  let matched = [];
  return {
    transcript,
    element,
    point(start_ms, end_ms, fingerprint) {
      const place = wordsBetween(words, start_ms, end_ms);
      const found = fingerprint === '' ? null : findQuote(words, fingerprint, place);
      const { first, end } = found ?? place;
      setTarget(first, end);
      follower.bring(first);
      return found;
    },
    mark(hits) {
      for (const span of matched) span.classList.remove('matched');
      matched = hits.flatMap((hit) => hit.matches).flatMap(({ first_word, end_word }) => spans.slice(first_word, end_word));
      for (const span of matched) span.classList.add('matched');
    },
    close: () => ending.abort(),
  };
}

/** A reading is one transcript on the page, tied to the player: words can be played, and playing shows the word. */

import { el } from '../lib/dom.js';
import { findQuote } from '../lib/fingerprint.js';
import { paragraphsOf } from '../lib/paragraphs.js';
import { wordPlayingAt, wordsBetween } from '../lib/words.js';
import { roving } from '../parts/roving.js';
import { strings } from '../strings.js';
import { markCurrentWord } from './current-word.js';
import { followPlayback, readingArea } from './follow.js';
import { readersPlace, takePlace } from './place.js';
import { quoteBar } from './quote-bar.js';
import { buildTranscript } from './transcript.js';
import { holdWord, releaseWord, selectTo, wordStep } from './word-keys.js';

/** @import { Found } from '../lib/fingerprint.js' */
/** @import { Hit, Recording, Transcript } from '../wire.js' */
/** @import { Following } from './follow.js' */
/** @import { ReadersPlace } from './place.js' */

/**
 * @typedef {{ place: ReadersPlace | null, following: Following }} Left how a reading was left: where the reader was, and
 *   whether playback was followed
 *
 * @typedef {object} Reading
 * @property {Transcript} transcript
 * @property {HTMLElement} element
 * @property {AbortSignal} signal ends with the reading
 * @property {(start_ms: number, end_ms: number | null, fingerprint: string) => Found | null} point marks the words of a link;
 *   says what became of quoted words
 * @property {() => void} showPointed brings them into view
 * @property {() => void} showHeard brings into view what is heard, or those words while nothing plays
 * @property {(hits: Hit[]) => void} mark marks what a query found
 * @property {() => ReadersPlace | null} place where the reader is
 * @property {(place: ReadersPlace) => void} take puts the reader there
 * @property {() => void} focus gives the focus to the tab stop
 * @property {() => boolean} isHeld whether the focus or a selection is in it, which another transcript would take away
 * @property {() => Left} close
 */

/**
 * @param {Transcript} transcript
 * @param {() => Recording} recording as it is now
 * @param {HTMLMediaElement | null} media
 * @param {{ went: (ms: number) => void }} told the reader chose a word
 * @param {Following} following whether playback is followed from the start
 * @param {AbortSignal} outer
 * @returns {Reading}
 */
export function openReading(transcript, recording, media, told, following, outer) {
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

  const follower = followPlayback(text, spans, media, backToNow, following, signal);
  if (media) markCurrentWord(media, words, spans, follower.moved, signal);

  const firsts = paragraphsOf(transcript).paragraphs.map(({ first }) => first);
  const stop = roving(text, spans, {
    step: (key, index) => wordStep(key, index, firsts, spans),
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
    told.went(words.start_ms[word] ?? 0);
    // Of words that begin together, a time names another than this one.
    setTarget(word, word + 1);
  };
  text.addEventListener('click', (event) => {
    if (document.getSelection()?.isCollapsed !== false) choose(event);
  }, { signal });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') choose(event);
  }, { signal });

  const showPointed = () => {
    const first = target[0]?.getAttribute('data-word');
    if (first) follower.bring(Number(first));
  };
  const focus = () => /** @type {HTMLElement | null} */ (text.querySelector('[tabindex="0"]'))?.focus({ preventScroll: true });
  const place = () => readersPlace(text, words, readingArea(text).top);
  const take = (/** @type {ReadersPlace} */ to) => takePlace(spans, words, to, signal);

  /** @type {Element[]} */
  let matched = [];
  return {
    transcript,
    element,
    signal,
    place,
    take,
    focus,
    isHeld: () => element.contains(document.activeElement) || document.getSelection()?.isCollapsed === false,
    point(start_ms, end_ms, fingerprint) {
      const place = wordsBetween(words, start_ms, end_ms);
      const found = fingerprint === '' ? null : findQuote(words, fingerprint, place);
      const { first, end } = found ?? place;
      setTarget(first, end);
      return found;
    },
    showPointed,
    showHeard() {
      if (media && !media.paused) follower.bring(wordPlayingAt(words, Math.round(media.currentTime * 1000)));
      else showPointed();
    },
    mark(hits) {
      for (const span of matched) span.classList.remove('matched');
      matched = hits.flatMap((hit) => hit.matches).flatMap(({ first_word, end_word }) => spans.slice(first_word, end_word));
      for (const span of matched) span.classList.add('matched');
    },
    close() {
      const left = { place: place(), following: follower.state() };
      ending.abort();
      return left;
    },
  };
}

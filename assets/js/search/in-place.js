/** In place: a hit is played, or read with what is said around it, where it stands among the results. */

import { announce } from '../announce.js';
import { el } from '../lib/dom.js';
import { paragraphsOf } from '../lib/paragraphs.js';
import { formatClock, playFrom } from '../lib/time.js';
import { wordNamedBy } from '../lib/words.js';
import { trouble } from '../parts/notice.js';
import { roving } from '../parts/roving.js';
import { markCurrentWord } from '../recording/current-word.js';
import { buildPlayer } from '../recording/player.js';
import { buildPassages } from '../recording/transcript.js';
import { holdWord, releaseWord, selectTo, wordStep } from '../recording/word-keys.js';
import { strings } from '../strings.js';
import { hitKey } from './hit.js';

/** @import { Group, Hit, Transcript } from '../wire.js' */

/**
 * @typedef {{ hit: Hit, group: Group, more: HTMLElement, play: HTMLButtonElement | null, read: HTMLButtonElement }} Item
 *
 * @typedef {object} InPlace
 * @property {(item: Item) => void} add
 * @property {(open: string) => void} show reads the hit of that name, or none, and ends what is listed no longer
 * @property {() => HTMLMediaElement | null} media
 */

/** How many passages are added each time that somebody asks for more. */
const MORE = 2;

/**
 * @param {object} ways
 * @param {(id: string) => Promise<Transcript | null>} ways.transcript
 * @param {(open: string) => void} ways.opened the reader opened a hit, or closed the last one
 * @param {AbortSignal} outer
 * @returns {InPlace}
 */
export function inPlace({ transcript, opened }, outer) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  /** @type {{ item: Item, media: HTMLMediaElement | null, seek: (seconds: number) => void, ending: AbortController } | null} */
  let playing = null;
  /** @type {{ item: Item, ending: AbortController, follow: (media: HTMLMediaElement) => void } | null} */
  let reading = null;

  const show = (/** @type {Item} */ { more }) => (more.hidden = more.childElementCount === 0);

  const stop = () => {
    if (!playing) return;
    const { item, ending } = playing;
    ending.abort();
    item.more.querySelector('.player')?.remove();
    label(item.play, false, strings.playHere(formatClock(item.hit.start_ms)));
    show(item);
    playing = null;
  };
  const play = (/** @type {Item} */ item) => {
    stop();
    const ending = new AbortController();
    const { recording, revision } = item.group;
    const languages = [item.hit.language];
    const player = buildPlayer({ ...recording, revision, languages }, AbortSignal.any([outer, ending.signal]));
    playing = { item, ending, media: player.media, seek: player.seek };
    item.more.prepend(player.element);
    label(item.play, true, strings.stopHere);
    show(item);
    player.seek(playFrom(item.hit.start_ms));
    // A browser may want to be asked once more; its own button then stands ready.
    player.media?.play().catch(() => {});
    if (player.media && reading?.item === item) reading.follow(player.media);
  };

  const close = () => {
    if (!reading) return;
    const { item, ending } = reading;
    ending.abort();
    item.more.querySelector('.around')?.remove();
    label(item.read, false, strings.readAround(formatClock(item.hit.start_ms)));
    show(item);
    reading = null;
  };
  const read = async (/** @type {Item} */ item) => {
    close();
    const { hit, group } = item;
    const ending = new AbortController();
    const signal = AbortSignal.any([outer, ending.signal]);
    const place = el('section', { class: 'around', 'aria-label': strings.aroundLabel(formatClock(hit.start_ms)) },
      el('p', { class: 'quiet' }, strings.loading));
    item.more.append(place);
    label(item.read, true, strings.readLess);
    show(item);
    const mine = (reading = { item, ending, follow: (/** @type {HTMLMediaElement} */ _) => {} });
    try {
      const words = await transcript(group.recording.id);
      if (signal.aborted) return;
      if (words === null) {
        place.replaceChildren(el('p', { class: 'quiet' }, strings.noTranscript));
        return;
      }
      mine.follow = around(place, words, item, (ms) => {
        if (playing?.item !== item) play(item);
        playing?.seek(ms / 1000);
      }, signal);
      if (playing?.item === item && playing.media) mine.follow(playing.media);
      announce(strings.aroundLabel(formatClock(hit.start_ms)));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(trouble(error, () => read(item)));
    }
  };

  return {
    add(item) {
      items.set(keyOf(item), item);
      item.play?.addEventListener('click', () => (playing?.item === item ? stop() : play(item)), { signal: outer });
      item.read.addEventListener('click', () => {
        const closing = reading?.item === item;
        if (closing) close();
        else read(item);
        opened(closing ? '' : keyOf(item));
      }, { signal: outer });
    },
    show(open) {
      if (playing && !playing.item.more.isConnected) stop();
      if (reading && (!reading.item.more.isConnected || keyOf(reading.item) !== open)) close();
      const item = items.get(open);
      if (!reading && item?.more.isConnected) read(item);
    },
    media: () => playing?.media ?? null,
  };
}

/** @param {Item} item */
function keyOf({ hit, group }) {
  return hitKey(group.recording.id, hit);
}

/**
 * Shows the passages of a hit and one on each side, and more of them when asked.
 * @param {HTMLElement} place
 * @param {Transcript} transcript
 * @param {Item} item
 * @param {(ms: number) => void} playFromWord
 * @param {AbortSignal} signal
 * @returns {(media: HTMLMediaElement) => void} marks the word being said
 */
function around(place, transcript, { hit, group }, playFromWord, signal) {
  const { passages, words } = transcript;
  // Words are counted in the revision that was searched; of another one only times can be trusted.
  const matches = transcript.revision === group.revision ? hit.matches : [];
  const firstWord = matches[0]?.first_word ?? wordNamedBy(words, hit.start_ms);
  const lastWord = Math.max(firstWord, ...matches.map(({ end_word }) => end_word - 1));
  const passageOf = (/** @type {number} */ word) => Math.max(0, passages.findIndex(({ end_word }) => word < end_word));
  let [from, to] = [passageOf(firstWord) - 1, passageOf(lastWord) + 2];

  const firsts = paragraphsOf(transcript).paragraphs.map(({ first }) => first);
  /** @type {HTMLElement[]} */
  let spans = [];
  /** @type {HTMLMediaElement | null} */
  let media = null;
  let drawn = new AbortController();
  /** @type {(word: number) => void} */
  let tabTo = () => {};

  const text = el('div', { class: 'transcript', 'aria-describedby': 'around-help' });
  const help = el('p', { class: 'hidden', id: 'around-help' }, strings.transcriptHelp);
  const earlier = el('button', { type: 'button', class: 'plain more' }, strings.earlier);
  const later = el('button', { type: 'button', class: 'plain more' }, strings.later);
  const follow = () => {
    if (media) markCurrentWord(media, words, spans, () => {}, AbortSignal.any([signal, drawn.signal]));
  };
  const draw = () => {
    drawn.abort();
    drawn = new AbortController();
    [from, to] = [Math.max(0, from), Math.min(passages.length, to)];
    const built = buildPassages(transcript, from, to);
    spans = built.spans;
    for (const { first_word, end_word } of matches) {
      for (const span of spans.slice(first_word, end_word)) span?.classList.add('matched');
    }
    text.replaceChildren(...built.elements);
    earlier.hidden = from === 0;
    later.hidden = to === passages.length;
    const [first, last] = [passages[from]?.first_word ?? 0, spans.length - 1];
    tabTo = roving(text, spans, {
      step(key, index) {
        const word = wordStep(key, index, firsts, spans);
        return word === null ? null : Math.min(Math.max(word, first), last);
      },
      hold: holdWord,
      release: releaseWord,
      moved: (left, reached, press) => selectTo(spans, left, reached, press.shiftKey),
    }, AbortSignal.any([signal, drawn.signal])).moveTo;
    tabTo(Math.max(0, firstWord));
    follow();
  };
  /** @param {HTMLElement} button @param {number} first the first passage that is new */
  const more = (button, first) => {
    const hadFocus = button === document.activeElement;
    draw();
    if (!hadFocus || !button.hidden) return;
    // A button that has nothing more to add is gone, and the focus with it.
    const word = passages[Math.max(0, first)]?.first_word ?? 0;
    tabTo(word);
    spans[word]?.focus({ preventScroll: true });
  };
  earlier.addEventListener('click', () => more(earlier, from -= MORE), { signal });
  later.addEventListener('click', () => {
    const first = to;
    to += MORE;
    more(later, first);
  }, { signal });
  const choose = (/** @type {Event} */ event) => {
    const chosen = event.target instanceof Element ? event.target.closest('[data-word]')?.getAttribute('data-word') : null;
    if (chosen) playFromWord(words.start_ms[Number(chosen)] ?? 0);
  };
  text.addEventListener('click', (event) => {
    if (document.getSelection()?.isCollapsed !== false) choose(event);
  }, { signal });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') choose(event);
  }, { signal });

  draw();
  place.replaceChildren(help, earlier, text, later);
  return (playing) => {
    media = playing;
    follow();
  };
}

/**
 * @param {HTMLButtonElement | null} button
 * @param {boolean} expanded
 * @param {string} text
 */
function label(button, expanded, text) {
  if (!button) return;
  button.setAttribute('aria-expanded', String(expanded));
  button.setAttribute('aria-label', text);
  button.title = text;
}

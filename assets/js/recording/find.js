/** Find within one recording: the same search as everywhere, and a way from moment to moment. */

import { announce } from '../announce.js';
import { searchWithin } from '../api.js';
import { debounce } from '../lib/debounce.js';
import { el } from '../lib/dom.js';
import { latest, wasSuperseded } from '../lib/latest.js';
import { lastAtMost } from '../lib/sorted.js';
import { formatClock, playFrom } from '../lib/time.js';
import { trouble } from '../parts/notice.js';
import { timeline } from '../parts/timeline.js';
import { understanding } from '../parts/understanding.js';
import { strings } from '../strings.js';

/** @import { Hit, Recording } from '../wire.js' */

/** What is found where nothing is asked. */
const NOTHING = { hits: [], revision: null, read: { understood: '', notes: [] } };

/** As in the search of the whole library. */
const TYPING_REST_MS = 150;

/**
 * @param {Recording} recording
 * @param {object} told
 * @param {(q: string) => void} told.asked the reader typed something else
 * @param {(hits: Hit[], revision: number | null) => void} told.found by time
 * @param {(ms: number) => void} told.went the reader stepped to a moment
 * @param {() => number | null} told.playing_ms what is heard; null while nothing plays
 * @param {AbortSignal} signal
 */
export function findBar(recording, told, signal) {
  const newest = latest(signal);
  /** @type {number[]} */
  let starts = [];
  /** Whether they are those of the query that is shown. */
  let isAnswered = false;
  let position_ms = -1;

  const input = el('input', {
    id: 'find', type: 'search', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'search',
    placeholder: strings.findWithin, dir: 'auto',
  });
  const count = el('output', { class: 'find-count', for: 'find' });
  const previous = stepButton('↑', strings.previousHit);
  const next = stepButton('↓', strings.nextHit);
  const asRead = el('div', { class: 'find-read' });
  const bar = el('div', { class: 'find-timeline' });
  const element = el('form', { class: 'find', role: 'search', action: '/' },
    el('label', { for: 'find', class: 'hidden' }, strings.findWithin),
    input, count, previous, next, asRead, bar,
  );

  /** The moment where the reader is, counted from 1; 0 between moments. */
  const at = () => starts.lastIndexOf(position_ms) + 1;
  const tell = () => {
    const none = starts.length === 0;
    previous.disabled = next.disabled = none;
    if (input.value.trim() === '' || (none && !isAnswered)) count.textContent = '';
    else count.textContent = none ? strings.findNone : strings.findPosition(at(), starts.length);
  };
  const go = (/** @type {number} */ index) => {
    const start = starts.at(index % starts.length);
    if (start === undefined) return;
    told.went(start);
    announce(`${strings.openedAt(formatClock(start))}, ${strings.findPosition(at(), starts.length)}`);
  };
  /** Where steps are counted from: what is heard, but the moment itself in the second before it. */
  const here_ms = () => {
    const now_ms = told.playing_ms();
    const coming = now_ms !== null && now_ms >= playFrom(position_ms) * 1000 - 1 && now_ms < position_ms;
    return now_ms === null || coming ? position_ms : now_ms;
  };
  const goNext = () => go(lastAtMost(starts, here_ms()) + 1);
  const goPrevious = () => go(lastAtMost(starts, here_ms() - 1));

  const search = async (/** @type {string} */ q) => {
    isAnswered = false;
    try {
      const { hits, revision, read } = await newest(async (ending) =>
        q.trim() === '' ? NOTHING : searchWithin(q, recording.id, ending));
      starts = hits.map((hit) => hit.start_ms);
      isAnswered = true;
      asRead.replaceChildren(...understanding(read, q));
      bar.replaceChildren(timeline(recording, starts, q, signal) ?? '');
      told.found(hits, revision);
      tell();
    } catch (error) {
      if (!wasSuperseded(error)) bar.replaceChildren(trouble(error, () => search(q)));
    }
  };

  const typed = debounce(() => {
    told.asked(input.value);
    search(input.value);
  }, TYPING_REST_MS);
  input.addEventListener('input', typed.later, { signal });
  input.addEventListener('keydown', (press) => {
    if (press.key !== 'Enter') return;
    press.preventDefault();
    if (press.shiftKey) goPrevious();
    else goNext();
  }, { signal });
  element.addEventListener('submit', (event) => event.preventDefault(), { signal });
  next.addEventListener('click', goNext, { signal });
  previous.addEventListener('click', goPrevious, { signal });
  signal.addEventListener('abort', typed.cancel);
  tell();

  return {
    element,
    search,
    next: goNext,
    previous: goPrevious,
    /** Shows a query without asking it. @param {string} q */
    set(q) {
      typed.cancel();
      input.value = q;
      tell();
    },
    /** Says where the reader is. @param {number} ms */
    setPosition(ms) {
      position_ms = ms;
      tell();
    },
  };
}

/**
 * @param {string} sign
 * @param {string} label
 */
function stepButton(sign, label) {
  return el('button', { type: 'button', class: 'step', 'aria-label': label, title: label }, sign);
}

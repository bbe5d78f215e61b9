/** What the page says of a recording in short: its facts, and how far its transcript is. */

import { el, isolated } from '../lib/dom.js';
import { formatClock } from '../lib/time.js';
import { strings } from '../strings.js';
import { sentence } from './notice.js';

/** @import { Recording } from '../wire.js' */

/**
 * Writes date, length, languages and kind on one line; what is not known is left out.
 * @param {Pick<Recording, 'date' | 'duration_ms' | 'kind'> & Partial<Pick<Recording, 'languages'>>} recording
 * @param {...string} more
 */
export function facts({ date, duration_ms, kind, languages = [] }, ...more) {
  const spoken = languages.filter((language) => language !== 'und').map(strings.language).join(', ');
  const parts = [date && strings.day(date), strings.length(duration_ms), spoken, kind === 'audio' && strings.kind.audio, ...more];
  const known = parts.flatMap((part) => part || []);
  return el('p', { class: 'facts' }, ...known.flatMap((part, at) => [at > 0 ? ' · ' : '', isolated(part)]));
}

/**
 * Shows the state, the progress, the failure and the damage of a recording; nothing of a plainly searchable one unless asked for.
 * @param {Recording} recording
 * @param {{ always?: boolean }} [options]
 * @returns {HTMLElement | null}
 */
export function recordingState(recording, { always = false } = {}) {
  const { state, progress, failure, damage, next_try, attempts, media } = recording;
  if (state === 'searchable' && !always) return null;
  return el('div', { class: `state state-${state}` },
    el('span', { class: 'state-name' }, strings.state[state]),
    progress && progressBar(progress, strings.state.transcribing),
    failure && el('p', { class: 'state-failure', lang: 'en' }, sentence(failure.reason), ' ',
      failure.hint && el('span', { class: 'notice-hint' }, sentence(failure.hint))),
    next_try && el('p', { class: 'state-damage' }, strings.tried(attempts), ' ', strings.nextTry(strings.instant(next_try))),
    media.state !== 'there' && el('p', { class: 'state-damage' }, strings.mediaStates[media.state]),
    damage && el('p', { class: 'state-damage' }, strings.damage(damage)),
  );
}

/**
 * @param {{ done_ms: number, total_ms: number | null }} progress
 * @param {string} label
 */
export function progressBar({ done_ms, total_ms }, label) {
  if (total_ms === null) return el('span', { class: 'state-progress' }, formatClock(done_ms));
  const words = strings.progress(formatClock(done_ms), formatClock(total_ms));
  return el('span', { class: 'state-progress' },
    el('progress', { max: total_ms, value: done_ms, 'aria-label': label }),
    el('span', {}, words),
  );
}

/** What the page says of a recording in short: its facts, and how far its transcript is. */

import { el } from '../lib/dom.js';
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
  const known = languages.filter((language) => language !== 'und').map(strings.language).join(', ');
  const parts = [date, strings.length(duration_ms), known, kind === 'audio' && strings.kind.audio, ...more];
  return el('p', { class: 'facts' }, parts.filter(Boolean).join(' · '));
}

/**
 * Shows the state, the progress, the failure and the damage of a recording; nothing of a plainly searchable one unless asked for.
 * @param {Recording} recording
 * @param {{ always?: boolean }} [options]
 * @returns {HTMLElement | null}
 */
export function recordingState(recording, { always = false } = {}) {
  const { state, progress, failure, damage } = recording;
  if (state === 'searchable' && !always) return null;
  return el('div', { class: `state state-${state}` },
    el('span', { class: 'state-name' }, strings.state[state]),
    progress && progressBar(progress),
    failure && el('p', { class: 'state-failure' }, sentence(failure.reason), ' ',
      failure.hint && el('span', { class: 'notice-hint' }, sentence(failure.hint))),
    damage && el('p', { class: 'state-damage' }, strings.damage(damage)),
  );
}

/** @param {{ done_ms: number, total_ms: number }} progress */
function progressBar({ done_ms, total_ms }) {
  const words = strings.progress(formatClock(done_ms), formatClock(total_ms));
  return el('span', { class: 'state-progress' },
    el('progress', { max: total_ms, value: done_ms, 'aria-label': strings.state.transcribing }),
    el('span', {}, words),
  );
}

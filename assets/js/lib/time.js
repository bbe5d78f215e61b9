/** A time is whole milliseconds since the start of a recording; here it is read from links and written for people. */

const CLOCK = /^(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d+)?)$/;
const UNITS = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const SECONDS = /^\d+(?:\.\d+)?$/;

/**
 * Reads `754`, `754.2`, `754s`, `12m34s`, `1h2m3s`, `00:12:34`, `12:34`, each also after `npt:` (Media Fragments URI 1.0).
 * @param {string} text
 * @returns {number | null} milliseconds; null when the text is no time
 */
export function parseTime(text) {
  const time = text.trim().toLowerCase().replace(/^npt:/, '');
  if (time === '') return null;
  const parts = SECONDS.test(time) ? ['', '', time] : (CLOCK.exec(time) ?? UNITS.exec(time))?.slice(1);
  if (parts === undefined) return null;
  const [hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  const ms = Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000);
  return Number.isSafeInteger(ms) ? ms : null;
}

/**
 * Reads a time or a range `10,25`; `,25` starts at the beginning. An end that is not after the start is left out.
 * @param {string} text
 * @returns {{ start_ms: number, end_ms: number | null } | null}
 */
export function parseMoment(text) {
  const parts = text.split(',');
  if (parts.length > 2) return null;
  const [first = '', last = ''] = parts;
  const start_ms = first.trim() === '' && last !== '' ? 0 : parseTime(first);
  if (start_ms === null) return null;
  const end_ms = last === '' ? null : parseTime(last);
  return { start_ms, end_ms: end_ms !== null && end_ms > start_ms ? end_ms : null };
}

/**
 * Writes a time as links carry it: seconds with three decimals.
 * @param {number} ms
 */
export function formatSeconds(ms) {
  return (Math.max(0, Math.round(ms)) / 1000).toFixed(3);
}

/**
 * Writes a time as a clock: `1:23`, `1:02:03`; parts of a second are dropped, never rounded up.
 * @param {number} ms
 */
export function formatClock(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/**
 * Writes a time as the `datetime` of a `<time>` element: an ISO 8601 duration.
 * @param {number} ms
 */
export function formatDuration(ms) {
  return `PT${formatSeconds(ms)}S`;
}

/**
 * Returns where playback of a moment starts, in seconds: one second before it, so that the word is not cut.
 * @param {number} ms
 */
export function playFrom(ms) {
  return Math.max(0, ms - 1000) / 1000;
}

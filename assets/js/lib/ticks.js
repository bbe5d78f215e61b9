const MINUTE_MS = 60_000;

/** Lengths that people count in, in minutes. */
const STEPS = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440];

/**
 * Returns the round times at which a time axis is marked, from 0 on.
 * @param {number} duration_ms
 * @param {number} most how many there may be
 */
export function ticksOf(duration_ms, most) {
  const step = (STEPS.find((minutes) => duration_ms / (minutes * MINUTE_MS) < most) ?? duration_ms / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: Math.floor(duration_ms / step) + 1 }, (_, at) => at * step);
}

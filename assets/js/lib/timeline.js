/**
 * Returns the marks of a timeline bar: positions that would lie on top of each other become one.
 * @param {number[]} positions_ms
 * @param {number} duration_ms
 * @param {number} places how many marks can stand side by side
 * @returns {{ start_ms: number, count: number, share: number }[]} by time; `share` is where, from 0 to 1
 */
export function marksOf(positions_ms, duration_ms, places) {
  /** @type {Map<number, { start_ms: number, count: number, share: number }>} */
  const marks = new Map();
  for (const start_ms of [...positions_ms].sort((a, b) => a - b)) {
    const share = duration_ms > 0 ? Math.min(start_ms / duration_ms, 1) : 0;
    const place = Math.min(Math.floor(share * places), places - 1);
    const mark = marks.get(place);
    if (mark) mark.count++;
    else marks.set(place, { start_ms, count: 1, share });
  }
  return [...marks.values()];
}

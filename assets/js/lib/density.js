/**
 * Returns how much of each of some equal parts of a recording words fill, from 0 to 1.
 * @param {{ start_ms: number[], end_ms: number[] }} words
 * @param {number} duration_ms
 * @param {number} parts
 */
export function densityOf({ start_ms, end_ms }, duration_ms, parts) {
  const filled = new Array(parts).fill(0);
  if (duration_ms <= 0) return filled;
  const part_ms = duration_ms / parts;
  for (const [ordinal, start] of start_ms.entries()) {
    const end = Math.min(end_ms[ordinal] ?? start, duration_ms);
    for (let part = Math.floor(start / part_ms); part < parts && part * part_ms < end; part++) {
      filled[part] += Math.min(end, (part + 1) * part_ms) - Math.max(start, part * part_ms);
    }
  }
  return filled.map((ms) => Math.min(1, ms / part_ms));
}

/**
 * Draws parts as bars from the ground up: an SVG path over one unit a part and one unit high.
 * @param {number[]} heights from 0 to 1
 */
export function barsPath(heights) {
  const round = (/** @type {number} */ n) => Number(n.toFixed(3));
  return heights.map((height, at) => (height > 0 ? `M${at} 1V${round(1 - height)}h.8V1z` : '')).join('');
}

/**
 * Returns the index of the last value that is not greater than a limit; -1 when all are greater.
 * @param {ArrayLike<number>} values never falling
 * @param {number} limit
 */
export function lastAtMost(values, limit) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (/** @type {number} */ (values[middle]) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

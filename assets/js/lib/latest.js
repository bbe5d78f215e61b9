/**
 * Makes a runner of which only the newest task counts: to start one aborts the one before, and the answer of an aborted
 * task is never delivered, even when it had already arrived.
 * @param {AbortSignal} outer ends them all
 * @returns {<T>(task: (signal: AbortSignal) => Promise<T>) => Promise<T>}
 */
export function latest(outer) {
  let current = new AbortController();
  outer.addEventListener('abort', () => current.abort(outer.reason));
  return async (task) => {
    current.abort();
    const mine = (current = new AbortController());
    if (outer.aborted) mine.abort(outer.reason);
    const answer = await task(mine.signal);
    mine.signal.throwIfAborted();
    return answer;
  };
}

/**
 * Tells whether a task ended because a newer one took its place.
 * @param {unknown} error
 */
export function wasSuperseded(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

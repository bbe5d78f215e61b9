import { connectionBack, connectionLost } from './parts/connection.js';

/** @import { Event } from './wire.js' */

/** A browser tries again by itself after a broken connection, but not after a refusal, as of a proxy without its server. */
const AGAIN_MS = 3000;

/**
 * Tells what changes in the library, as the server sends it, until the signal ends it.
 *
 * A browser keeps few connections to one server, and each stream holds one; so it is closed while nobody looks at the
 * page. What happened meanwhile, or while the server was away, is not sent again: `missed` is called to ask for it.
 *
 * @param {{ heard: (event: Event) => void, missed: () => void }} listener
 * @param {AbortSignal} signal
 */
export function listen(listener, signal) {
  /** @type {EventSource | null} */
  let stream = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;
  // What is asked for before there is a stream is as fresh as one that opens at once.
  let late = document.hidden;

  const open = () => {
    clearTimeout(again);
    stream = new EventSource('/api/v1/events');
    stream.onopen = () => {
      connectionBack();
      if (late) listener.missed();
      late = true;
    };
    stream.onmessage = (message) => listener.heard(JSON.parse(message.data));
    stream.onerror = () => {
      late = true;
      connectionLost();
      if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    };
  };
  const close = () => {
    late = true;
    clearTimeout(again);
    stream?.close();
    stream = null;
    connectionBack();
  };
  const followVisibility = () => {
    if (document.hidden) close();
    else if (stream === null) open();
  };

  document.addEventListener('visibilitychange', followVisibility, { signal });
  signal.addEventListener('abort', close);
  followVisibility();
}

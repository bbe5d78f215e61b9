/** Questions to the server; docs/http-api.md is the contract. */

import { strings } from './strings.js';

/** @import { AccessCopy, Answer, Field, Hit, Recording, Transcript, Work } from './wire.js' */
/** @import { Sort } from './lib/address.js' */

/** The most recordings, and the most hits of one recording, that one answer holds. */
const MOST_GROUPS = 100;
const MOST_HITS = 1000;

/** A full server says when to come back; longer than this is not waited for. */
const LONGEST_WAIT_S = 5;

/** The server's refusal, or its silence, in words for the reader. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} [hint]
   */
  constructor(code, message, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Searches the library and returns the first `shown` recordings.
 * @param {{ q: string, sort?: Sort, shown: number, facets?: boolean }} asked
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export async function search({ q, sort = 'relevance', shown, facets = false }, signal) {
  const ask = (/** @type {number} */ offset) => get('/api/v1/search', {
    q, sort, offset, limit: Math.min(MOST_GROUPS, shown - offset), ...facets && offset === 0 ? { facets: 'true' } : {},
  }, signal);
  const answer = /** @type {Answer} */ (await ask(0));
  while (answer.groups.length < Math.min(shown, answer.total_recordings)) {
    const more = /** @type {Answer} */ (await ask(answer.groups.length));
    if (more.groups.length === 0) break;
    answer.groups.push(...more.groups);
  }
  return answer;
}

/**
 * Returns every hit in one recording, by time, the revision whose words they count, and how the query was read.
 * @param {string} q
 * @param {string} recording
 * @param {AbortSignal} signal
 * @returns {Promise<{ hits: Hit[], revision: number | null, read: Pick<Answer, 'understood' | 'notes'> }>}
 */
export async function searchWithin(q, recording, signal) {
  /** @type {Hit[]} */
  const hits = [];
  /** @type {number | null} */
  let revision = null;
  for (;;) {
    const asked = { q, recording, sort: 'time', offset: hits.length, limit: MOST_HITS };
    const answer = /** @type {Answer} */ (await get('/api/v1/search', asked, signal));
    const found = answer.groups.flatMap((group) => group.hits);
    revision = answer.groups[0]?.revision ?? revision;
    hits.push(...found);
    if (found.length === 0 || hits.length >= answer.total_hits) {
      return { hits: hits.sort((a, b) => a.start_ms - b.start_ms), revision, read: answer };
    }
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Recording[]>}
 */
export async function recordings(signal) {
  const answer = /** @type {{ recordings: Recording[] }} */ (await get('/api/v1/recordings', {}, signal));
  return answer.recordings;
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Recording>}
 */
export async function recording(id, signal) {
  return /** @type {Recording} */ (await get(`/api/v1/recordings/${id}`, {}, signal));
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Transcript | null>} null as long as there is none
 */
export async function transcript(id, signal) {
  try {
    return /** @type {Transcript} */ (await get(`/api/v1/recordings/${id}/transcript`, {}, signal));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'no_transcript') return null;
    throw error;
  }
}

/**
 * Returns the address of all hits as a table.
 * @param {string} q
 * @param {Sort} sort
 */
export function tableAddress(q, sort) {
  return `/api/v1/search?${new URLSearchParams({ q, sort, format: 'csv' })}`;
}

/**
 * Asks for another try of what failed.
 * @param {string} id
 * @param {AbortSignal} signal
 */
export async function retry(id, signal) {
  await send('POST', `/api/v1/recordings/${id}/retry`, signal);
}

/**
 * Tells whether a media file is not where it should be, which a refusal or a trouble of the server does not mean.
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function isNotThere(url, signal) {
  const { ok, status } = await reach(url, signal, { method: 'HEAD' });
  if (!ok && status !== 404) throw new ApiError('trouble', strings.serverTrouble);
  return status === 404;
}

/**
 * Returns how far the copy of a recording's media is that every browser plays.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<AccessCopy>}
 */
export async function accessCopy(id, signal) {
  return /** @type {AccessCopy} */ (await get(`/api/v1/recordings/${id}/access`, {}, signal));
}

/**
 * Asks for such a copy.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<AccessCopy>}
 */
export async function makeAccessCopy(id, signal) {
  return /** @type {AccessCopy} */ (await send('POST', `/api/v1/recordings/${id}/access`, signal));
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 */
export async function deleteAccessCopy(id, signal) {
  await send('DELETE', `/api/v1/recordings/${id}/access`, signal);
}

/**
 * Changes what is known of a recording, and returns it as it is then.
 * @param {string} id
 * @param {{ set?: Partial<Record<Field, string>>, take_sidecar?: Field[], keep?: Field[] }} edit
 * @param {AbortSignal} signal
 * @returns {Promise<Recording>}
 */
export async function edit(id, edit, signal) {
  return /** @type {Recording} */ (await send('PATCH', `/api/v1/recordings/${id}`, signal, edit));
}

/**
 * Changes what the speakers of a recording are called, and returns the recording as it is then.
 * @param {string} id
 * @param {{ rename: { from: string, to: string }[], merge: { from: string, into: string }[], reset: string[] }} names
 * @param {AbortSignal} signal
 * @returns {Promise<Recording>}
 */
export async function nameSpeakers(id, names, signal) {
  return /** @type {Recording} */ (await send('PATCH', `/api/v1/recordings/${id}/speakers`, signal, names));
}

/**
 * Returns what is left to do, and what keeps it from being done.
 * @param {AbortSignal} signal
 * @returns {Promise<Work>}
 */
export async function work(signal) {
  return /** @type {Work} */ (await get('/api/v1/work', {}, signal));
}

/**
 * Lets nothing new be begun, or lets the work go on.
 * @param {boolean} paused
 * @param {AbortSignal} signal
 */
export async function setPaused(paused, signal) {
  await send('POST', paused ? '/api/v1/jobs/pause' : '/api/v1/jobs/resume', signal);
}

/**
 * Returns the address of a recording's captions, made from its transcript.
 * @param {string} id
 */
export function captionsAddress(id) {
  return `/api/v1/recordings/${id}/captions.vtt`;
}

/**
 * @param {string} path
 * @param {Record<string, string | number>} query
 * @param {AbortSignal} signal
 * @returns {Promise<unknown>}
 */
async function get(path, query, signal) {
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  const address = asked === '' ? path : `${path}?${asked}`;
  let response = await reach(address, signal);
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  if (response.status === 503 && wait <= LONGEST_WAIT_S) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    signal.throwIfAborted();
    response = await reach(address, signal);
  }
  return bodyOf(response, signal);
}

/**
 * @param {'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {object} [body]
 * @returns {Promise<unknown>}
 */
async function send(method, address, signal, body = {}) {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
  return bodyOf(await reach(address, signal, { method, headers, body: method === 'DELETE' ? null : JSON.stringify(body) }), signal);
}

/**
 * @param {Response} response
 * @param {AbortSignal} signal
 * @returns {Promise<unknown>}
 */
async function bodyOf(response, signal) {
  const body = await response.json().catch((error) => {
    if (signal.aborted) throw error;
    return null;
  });
  if (response.ok && body !== null) return body;
  throw new ApiError(body?.error?.code ?? 'trouble', body?.error?.message ?? strings.serverTrouble, body?.error?.hint ?? '');
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {RequestInit} [how]
 */
async function reach(address, signal, how = { headers: { Accept: 'application/json' } }) {
  try {
    return await fetch(address, { signal, ...how });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError('unreachable', strings.unreachable, strings.unreachableHint);
  }
}

/** What cannot be played: why, and what can be done: wait, try again, or have a copy made that every browser plays. */

import { ApiError, accessCopy, deleteAccessCopy, makeAccessCopy } from '../api.js';
import { el } from '../lib/dom.js';
import { notice, trouble } from '../parts/notice.js';
import { progressBar } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { AccessCopy } from '../wire.js' */
/** @import { Playable } from './player.js' */

/**
 * @typedef {object} Ways
 * @property {(url: string) => void} load plays another file at the same time
 * @property {(...shown: Node[]) => void} show puts something below the player
 */

/** How often the copy is asked for while it is made. */
const LOOK_MS = 1000;

/**
 * Says why something cannot be played, or plays the copy where there is one.
 * @param {Playable} recording
 * @param {'all' | 'picture' | 'sound' | 'gone'} what
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
export async function showUnplayable(recording, what, ways, signal) {
  const { id, media } = recording;
  try {
    const is = what === 'gone' ? 'gone' : await whereabouts(media.url);
    if (signal.aborted) return;
    if (is === 'unreachable') {
      ways.show(notice(strings.unreachable, { hint: strings.unreachableHint, action: [strings.retry, () => {
        ways.show();
        ways.load(media.url);
      }] }));
      return;
    }
    const copy = await accessCopy(id, signal).catch((error) => {
      // A server of another time may know no copies.
      if (error instanceof ApiError) return null;
      throw error;
    });
    if (copy?.state === 'ready') playCopy(copy, recording, ways, signal);
    else if (is === 'gone') ways.show(notice(media.state === 'changed' ? strings.mediaChanged : strings.mediaMissing));
    else ways.show(...offer(copy, recording, what, ways, signal));
  } catch (error) {
    if (!signal.aborted) ways.show(trouble(error, () => showUnplayable(recording, what, ways, signal)));
  }
}

/**
 * Tells a file that is gone from a server that is.
 * @param {string} url
 * @returns {Promise<'there' | 'gone' | 'unreachable'>}
 */
async function whereabouts(url) {
  try {
    return (await fetch(url, { method: 'HEAD' })).ok ? 'there' : 'gone';
  } catch {
    return 'unreachable';
  }
}

/**
 * @param {AccessCopy | null} copy
 * @param {Playable} recording
 * @param {'all' | 'picture' | 'sound' | 'gone'} what
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
function offer(copy, recording, what, ways, signal) {
  const { media, tracks = [] } = recording;
  const sound = tracks.find((track) => track.default)?.codec;
  const codecs = copy && copy.codecs.length > 0 ? copy.codecs : sound ? [sound] : [];
  const named = [media.mime, ...codecs].join(', ');
  const texts = { all: strings.mediaUnreadable, gone: strings.mediaUnreadable, picture: strings.pictureUnreadable, sound: strings.soundUnreadable };
  const said = notice(texts[what](named));
  if (!copy) return [said];
  if (copy.state === 'waiting' || copy.state === 'running') {
    follow(copy, recording, ways, signal);
    return [];
  }
  const failed = copy.state === 'failed' ? [notice(strings.copyFailed(copy.reason ?? ''))] : [];
  if (!copy.possible) return [said, convert(copy)];
  const make = notice(strings.makeCopyHint, {
    action: [strings.makeCopy, () => makeAccessCopy(recording.id, signal).then(
      (begun) => follow(begun, recording, ways, signal),
      (error) => ways.show(said, trouble(error, () => showUnplayable(recording, what, ways, signal))),
    )],
  });
  return [said, ...failed, make];
}

/** @param {AccessCopy} copy */
function convert({ command }) {
  return el('div', { class: 'notice' }, el('p', {}, strings.convertHint), el('pre', { translate: 'no', tabindex: 0 }, el('code', {}, command)));
}

/**
 * Shows how far the copy is until it is there.
 * @param {AccessCopy} copy
 * @param {Playable} recording
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
async function follow(copy, recording, ways, signal) {
  for (let now = copy; !signal.aborted; now = await accessCopy(recording.id, signal)) {
    if (now.state === 'ready') return playCopy(now, recording, ways, signal);
    if (now.state !== 'waiting' && now.state !== 'running') return ways.show(...offer(now, recording, 'all', ways, signal));
    const said = now.state === 'waiting' ? strings.copyWaiting : strings.copyRunning;
    ways.show(el('div', { class: 'notice', role: 'note' }, el('p', {}, said), progressBar(now, said)));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

/**
 * @param {AccessCopy} copy
 * @param {Playable} recording
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
function playCopy(copy, recording, ways, signal) {
  ways.show(notice(strings.copyPlays, {
    action: [strings.deleteCopy, async () => {
      await deleteAccessCopy(recording.id, signal).catch(() => {});
      if (signal.aborted) return;
      ways.show();
      ways.load(recording.media.url);
    }],
  }));
  ways.load(copy.url);
}

/** An open recording: player, transcript, find and status, each a part of its own, told of one another here. */

import { announce } from '../announce.js';
import { transcript as fetchTranscript } from '../api.js';
import { searchPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { formatClock, formatSeconds, parseMoment, playFrom } from '../lib/time.js';
import { notice } from '../parts/notice.js';
import { whenPressed } from '../parts/pressed.js';
import { facts } from '../parts/recording-state.js';
import { strings } from '../strings.js';
import { obey } from './commands.js';
import { showDetails } from './details.js';
import { findBar } from './find.js';
import { buildPlayer } from './player.js';
import { openReading } from './reading.js';
import { showStatus } from './status.js';

/** @import { RecordingPlace } from '../lib/address.js' */
/** @import { Recording, Transcript } from '../wire.js' */
/** @import { Page } from '../router.js' */
/** @import { Reading } from './reading.js' */

/** More speakers than this are not named at the head; each is named where they speak. */
const MOST_SPEAKERS = 6;

/**
 * @param {Page} page
 * @param {Recording} recording
 * @param {Transcript | null} firstTranscript
 * @param {RecordingPlace} first
 * @returns {{ goTo: (place: RecordingPlace) => void }}
 */
export function openRecording({ main, signal, write }, recording, firstTranscript, first) {
  const { id } = recording;
  let place = first;
  /** @type {Reading | null} */
  let reading = null;

  const player = buildPlayer(recording, signal);
  const back = el('p', { class: 'back' });
  const timeNotes = el('div', { class: 'notices' });
  const text = el('div', { class: 'text' });
  const find = findBar(recording, {
    asked(q) {
      place = { ...place, q };
      write(place, 'replace');
      showWayBack();
    },
    found(hits, revision) {
      if (hits.length > 0 && reading && revision !== reading.transcript.revision) readAgain(revision);
      else reading?.mark(hits);
    },
    went: (ms) => move(formatSeconds(ms), 'replace'),
  }, signal);

  const showWayBack = () => {
    const to = place.q === '' ? { href: '/', text: strings.allRecordings }
      : { href: writePlace(searchPlace(place.q)), text: strings.backToResults(strings.quoted(place.q)) };
    back.replaceChildren(el('a', { href: to.href }, to.text));
  };

  /** @type {(t: string, how: 'push' | 'replace') => void} */
  const move = (t, how) => {
    place = { ...place, t };
    write(place, how);
    arrive();
  };

  /** Goes to the time in the address: marks its words, shows them, and sets playback a second before them. */
  const arrive = () => {
    timeNotes.replaceChildren();
    if (place.t === '') return;
    const moment = parseMoment(place.t);
    if (moment === null) {
      timeNotes.append(notice(strings.notATime(place.t)));
      return;
    }
    const { start_ms, end_ms } = moment;
    if (recording.duration_ms !== null && start_ms > recording.duration_ms) {
      timeNotes.append(notice(strings.pastTheEnd(formatClock(start_ms))));
    }
    player.seek(playFrom(start_ms));
    reading?.point(start_ms, end_ms);
    find.setPosition(start_ms);
    announce(strings.openedAt(formatClock(start_ms)));
  };

  /** @param {Transcript} transcript */
  const read = (transcript) => {
    reading?.close();
    reading = openReading(transcript, recording, player.media, {
      went(ms) {
        place = { ...place, t: formatSeconds(ms) };
        write(place, 'replace');
        player.seek(ms / 1000);
        find.setPosition(ms);
      },
    }, signal);
    text.replaceChildren(reading.element);
    find.search(place.q);
  };

  /** @param {number | null} revision that the moments were found in */
  const readAgain = async (revision) => {
    const newer = await fetchTranscript(id, signal).catch(() => null);
    if (newer && newer.revision === revision) read(newer);
    else timeNotes.replaceChildren(notice(strings.transcriptChanged));
  };

  const status = showStatus(recording, {
    shown: () => reading?.transcript ?? null,
    async show() {
      const transcript = await fetchTranscript(id, signal).catch(() => null);
      if (transcript) read(transcript);
    },
  }, signal);

  showWayBack();
  const name = el('div', { class: 'recording-name' });
  /** @param {Recording} now */
  const showName = (now) => {
    const known = facts(now, ...now.speakers.slice(0, MOST_SPEAKERS), heardTrack(now));
    name.replaceChildren(el('h1', {}, now.title), known);
    document.title = strings.title(now.title);
  };
  const details = showDetails(recording, async (now, areSpeakersRenamed) => {
    showName(now);
    const renamed = areSpeakersRenamed && await fetchTranscript(id, signal).catch(() => null);
    if (renamed) read(renamed);
  }, signal);
  showName(recording);

  main.replaceChildren(
    el('header', { class: 'recording-head' }, back, name, details),
    el('div', { class: `recording recording-${recording.kind}` },
      el('div', { class: 'stage' }, player.element, find.element),
      el('div', { class: 'transcript-column' }, status, timeNotes, text),
    ),
  );
  find.set(place.q);
  if (firstTranscript) read(firstTranscript);
  else text.append(el('p', { class: 'quiet' }, strings.noTranscript));
  arrive();
  whenPressed((command) => obey(command, player.media, find), signal);

  return {
    goTo(to) {
      const asked = to.q !== place.q;
      place = to;
      if (asked) {
        find.set(to.q);
        find.search(to.q);
        showWayBack();
      }
      arrive();
    },
  };
}

/**
 * Says which of several sound tracks the words are of: a player may play another.
 * @param {Recording} recording
 */
function heardTrack({ tracks = [] }) {
  const used = tracks.find((track) => track.used);
  return used && tracks.length > 1 ? strings.soundTrack(tracks.indexOf(used) + 1, tracks.length, used.language) : '';
}

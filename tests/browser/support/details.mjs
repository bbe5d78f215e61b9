/** What is known of made-up recordings besides their words, and how it is changed, in the shapes of docs/http-api.md. */

import { MUSEUM, transcripts } from './library.mjs';

const FIELDS = ['title', 'date', 'people', 'place', 'description', 'language', 'rights', 'source_url', 'folder'];

/** What a document beside the file says, where a person said something else before. */
const sidecar = { title: 'Museum and volunteers' };

/** Details by recording, as they were changed. */
const kept = new Map();

/** What was said by whom, before anybody was called otherwise. */
const spoken = new Map(transcripts);

/** @param {any} recording */
export function detailsOf(recording) {
  const known = kept.get(recording.id) ?? {
    metadata: Object.fromEntries(FIELDS.map((field) => [field, { value: recording[field] ?? null, source: recording[field] ? 'name' : null }])),
    conflicts: recording.id === MUSEUM ? [{ field: 'title', value: recording.title, sidecar: sidecar.title }] : [],
    voices: recording.speakers.map((name) => ({ name, spoken_as: [name] })),
  };
  kept.set(recording.id, known);
  return known;
}

/**
 * Changes a recording's metadata; returns why it cannot.
 * @param {any} recording
 * @param {any} body
 */
export function applyEdit(recording, { set = {}, take_sidecar = [], keep = [] }) {
  const known = detailsOf(recording);
  if ('date' in set && !/^(\d{4}.*)?$/.test(set.date)) return `date: "${set.date}" is no date; write 2021, 2021-05 or 2021-05-31`;
  for (const [field, value] of Object.entries(set)) known.metadata[field] = { value: value || null, source: 'person' };
  for (const field of take_sidecar) known.metadata[field] = { value: sidecar[field], source: 'sidecar' };
  known.conflicts = known.conflicts.filter(({ field }) => ![...take_sidecar, ...keep].includes(field));
  recording.title = known.metadata.title.value;
  recording.date = known.metadata.date.value;
  return null;
}

/**
 * Changes what a recording's speakers are called; returns why it cannot.
 * @param {any} recording
 * @param {any} body
 */
export function nameSpeakers(recording, { rename, merge, reset }) {
  const known = detailsOf(recording);
  const voice = (/** @type {string} */ name) => known.voices.find((voice) => voice.name === name);
  for (const { from, to } of rename) {
    if (!voice(from) || voice(to)) return `nobody is called ${from}, or somebody ${to}`;
    voice(from).name = to;
  }
  for (const { from, into } of merge) {
    if (!voice(from) || !voice(into)) return `nobody is called ${from}, or ${into}`;
    voice(into).spoken_as.push(...voice(from).spoken_as);
    known.voices = known.voices.filter(({ name }) => name !== from);
  }
  if (reset.length > 0) return 'not made up';
  const transcript = spoken.get(recording.id);
  const ordinals = transcript.speakers.map((spoken) => known.voices.findIndex(({ spoken_as }) => spoken_as.includes(spoken)));
  recording.speakers = known.voices.map(({ name }) => name);
  transcripts.set(recording.id, {
    ...transcript, speakers: recording.speakers,
    words: { ...transcript.words, speaker: transcript.words.speaker.map((ordinal) => ordinals[ordinal]) },
  });
  return null;
}

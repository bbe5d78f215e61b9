/** Details are what is known of a recording besides its words, and what its speakers are called; a form changes them. */

import { announce } from '../announce.js';
import { edit, nameSpeakers } from '../api.js';
import { el } from '../lib/dom.js';
import { wasSuperseded } from '../lib/latest.js';
import { notice, trouble } from '../parts/notice.js';
import { strings } from '../strings.js';
import { renaming } from './renaming.js';

/** @import { Conflict, Field, FieldValue, Metadata, Recording, Voice } from '../wire.js' */

const words = strings.details;
const FIELDS = /** @type {Field[]} */ (Object.keys(words.fields));

/**
 * @param {Recording} first
 * @param {(now: Recording, areSpeakersRenamed: boolean) => void} changed
 * @param {AbortSignal} signal
 * @returns {HTMLElement | null} null where the server tells no details
 */
export function showDetails(first, changed, signal) {
  if (!first.metadata) return null;
  let recording = first;
  const summary = el('summary', {});
  const body = el('div', { class: 'details-body' });
  const element = el('details', { class: 'details' }, summary, body);

  /** Shows what is known, with a way to change it. */
  const read = () => {
    const { conflicts = [], metadata_problem: problem, metadata, voices = [] } = recording;
    summary.classList.toggle('asks', conflicts.length > 0);
    summary.textContent = [words.title, conflicts.length > 0 && words.toDecide(conflicts.length)].filter(Boolean).join(' · ');
    const button = el('button', { type: 'button' }, words.edit);
    button.addEventListener('click', write);
    body.replaceChildren(
      ...conflicts.map(question),
      ...problem ? [notice(problem)] : [],
      facts(/** @type {Metadata} */ (metadata), voices),
      button,
    );
    return button;
  };

  /** Asks which of two is right. @param {Conflict} conflict */
  const question = ({ field, value, sidecar }) => {
    const name = words.fields[field];
    const decide = (/** @type {string} */ label, /** @type {object} */ decision) => {
      const button = el('button', { type: 'button' }, label);
      button.addEventListener('click', () => send(() => edit(recording.id, decision, signal), false));
      return button;
    };
    return el('div', { class: 'notice' }, el('p', {}, words.differs(name, sidecar, value)),
      decide(words.take(name), { take_sidecar: [field] }), decide(words.keep(name), { keep: [field] }));
  };

  /** Shows the form. */
  const write = () => {
    const { metadata, voices = [] } = recording;
    const known = /** @type {Metadata} */ (metadata);
    const inputs = new Map(FIELDS.map((field) => [field, input(field, known[field].value ?? '')]));
    const names = voices.map(({ name }) => el('input', { value: name, maxlength: 200, autocomplete: 'off' }));
    const cancel = el('button', { type: 'button' }, words.cancel);
    cancel.addEventListener('click', () => read().focus());
    const form = el('form', { class: 'details-form' },
      ...[...inputs].map(([field, control]) => el('label', {}, el('span', {}, words.fields[field]), control)),
      voices.length > 0 && el('fieldset', {}, el('legend', {}, words.speakers),
        ...voices.map(({ name }, index) => el('label', {}, el('span', {}, words.speaker(name)), names[index])),
        el('p', { class: 'quiet' }, words.speakersHint)),
      el('div', { class: 'details-actions' }, el('button', {}, words.save), cancel),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      /** @type {Partial<Record<Field, string>>} */
      const set = {};
      for (const [field, control] of inputs) {
        const value = control.value.trim();
        if (value !== (known[field].value ?? '')) set[field] = value;
      }
      const asked = renaming(voices, names.map((control) => control.value.trim()));
      send(async () => {
        let now = recording;
        if (Object.keys(set).length > 0) now = recording = await edit(recording.id, { set }, signal);
        if (asked) now = await nameSpeakers(recording.id, asked, signal);
        return now;
      }, asked !== null);
    });
    body.replaceChildren(form);
    inputs.get('title')?.focus();
  };

  /**
   * Has the server change something, and shows what is known then; what was typed stays where it is when it refuses.
   * @param {() => Promise<Recording>} change
   * @param {boolean} areSpeakersRenamed
   */
  const send = async (change, areSpeakersRenamed) => {
    body.querySelector('.notice-trouble')?.remove();
    try {
      recording = await change();
      read().focus();
      announce(words.saved);
      changed(recording, areSpeakersRenamed);
    } catch (error) {
      if (!wasSuperseded(error)) body.prepend(trouble(error, () => send(change, areSpeakersRenamed)));
    }
  };

  read();
  return element;
}

/**
 * @param {Metadata} metadata
 * @param {Voice[]} voices
 */
function facts(metadata, voices) {
  // The title stands above.
  const known = FIELDS.filter((field) => metadata[field].value !== null && !(field === 'title' && metadata.title.source === 'name'));
  const renamed = voices.filter(({ name, spoken_as }) => spoken_as.some((spoken) => spoken !== name));
  if (known.length === 0 && renamed.length === 0) return el('p', { class: 'quiet' }, words.nothingKnown);
  const row = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...value) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
  return el('dl', { class: 'details-fields' },
    ...known.map((field) => row(words.fields[field], shown(field, metadata[field]), ...source(metadata[field]))),
    ...renamed.map(({ name, spoken_as }) => row(words.speakers, name, ...remark(words.spokenAs(spoken_as)))),
  );
}

/**
 * @param {Field} field
 * @param {FieldValue} known
 */
function shown(field, { value }) {
  const text = value ?? words.none;
  // The server takes no other addresses; a library may come from elsewhere.
  return field === 'source_url' && /^https?:\/\//.test(text) ? el('a', { href: text, rel: 'noreferrer' }, text) : text;
}

/** @param {FieldValue} known */
function source({ source }) {
  return source ? remark(words.sources[source]) : [];
}

/** @param {string} text */
function remark(text) {
  return [' ', el('span', { class: 'details-source' }, `· ${text}`)];
}

/**
 * @param {Field} field
 * @param {string} value
 */
function input(field, value) {
  if (field === 'description') {
    const area = el('textarea', { rows: 4 });
    area.value = value;
    return area;
  }
  const hints = /** @type {Partial<Record<Field, string>>} */ (words.hints);
  return el('input', {
    value, required: field === 'title', placeholder: hints[field], autocomplete: 'off',
    type: field === 'source_url' ? 'url' : 'text',
  });
}

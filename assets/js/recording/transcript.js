/** The transcript as elements: paragraphs with time and speaker, one element a word. */

import { turnsText } from '../lib/bidi.js';
import { el, splitTrailingSpace } from '../lib/dom.js';
import { paragraphsOf } from '../lib/paragraphs.js';
import { formatClock, formatDuration } from '../lib/time.js';
import { strings } from '../strings.js';

/** @import { Paragraph, Run } from '../lib/paragraphs.js' */
/** @import { Gap, Transcript, Words } from '../wire.js' */

/** Below this the recogniser is more often wrong than right, so the word is shown as uncertain. */
const UNCERTAIN_BELOW = 40;

/**
 * @param {Transcript} transcript
 * @returns {{ element: HTMLElement, spans: HTMLElement[] }} the words' elements by ordinal
 */
export function buildTranscript(transcript) {
  const { elements, spans } = buildPassages(transcript, 0, transcript.passages.length);
  const element = el('div', { class: 'transcript' }, ...elements);
  element.prepend(...remarks(transcript, element));
  return { element, spans };
}

/**
 * Shows some passages of a transcript.
 * @param {Transcript} transcript
 * @param {number} from
 * @param {number} to half-open
 * @returns {{ elements: HTMLElement[], spans: HTMLElement[] }} the words' elements by ordinal
 */
export function buildPassages(transcript, from, to) {
  const passages = transcript.passages.slice(from, to);
  const [first, last] = [passages[0]?.start_ms ?? 0, passages.at(-1)?.end_ms ?? 0];
  const whole = passages.length === transcript.passages.length;
  const gaps = whole ? transcript.gaps : transcript.gaps.filter(({ start_ms }) => start_ms >= first && start_ms < last);
  const { paragraphs, gapsAfter } = paragraphsOf({ ...transcript, passages, gaps });
  /** @type {HTMLElement[]} */
  const spans = [];
  const elements = paragraphs.flatMap((paragraph) => [
    ...paragraph.gapsBefore.map(gapNote),
    paragraphElement(paragraph, transcript.words, spans),
  ]);
  return { elements: [...elements, ...gapsAfter.map(gapNote)], spans };
}

/**
 * @param {Paragraph} paragraph
 * @param {Words} words
 * @param {HTMLElement[]} spans the words' elements are added here
 */
function paragraphElement({ first, start_ms, speaker, runs }, words, spans) {
  const language = runs[0]?.language ?? 'und';
  return el('div', { class: 'paragraph' },
    el('time', { datetime: formatDuration(start_ms), 'data-word': first }, formatClock(start_ms)),
    speaker && el('b', { class: 'speaker', lang: '', dir: 'auto' }, speaker),
    el('p', { lang: tag(language), dir: 'auto' }, ...runs.flatMap((run) => runNodes(run, language, words, spans))),
  );
}

/**
 * @param {Run} run
 * @param {string} around the language of the paragraph
 * @param {Words} words
 * @param {HTMLElement[]} spans
 */
function runNodes({ first, end, language, doubtful }, around, words, spans) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  for (let word = first; word < end; word++) {
    const [body, space] = splitTrailingSpace(words.text[word] ?? '');
    const span = document.createElement('span');
    span.textContent = body;
    if (turnsText(body)) span.style.unicodeBidi = 'isolate';
    span.setAttribute('data-word', String(word));
    if (!doubtful && (words.confidence[word] ?? 100) < UNCERTAIN_BELOW) span.className = 'uncertain';
    spans[word] = span;
    nodes.push(span);
    if (space) nodes.push(space);
  }
  if (!doubtful && language === around) return nodes;
  return [el('span', { class: doubtful ? 'uncertain' : null, lang: language === around ? null : tag(language) }, ...nodes)];
}

/** @param {Gap} gap */
function gapNote({ kind, start_ms, end_ms }) {
  return el('p', { class: 'gap' }, strings.gap(kind, formatClock(start_ms), formatClock(end_ms)));
}

/**
 * Says once what the reader should know of the whole.
 * @param {Transcript} transcript
 * @param {HTMLElement} element
 */
function remarks({ stretches }, element) {
  const said = [
    stretches.some((stretch) => !stretch.exact_times) && strings.approximate,
    element.querySelector('.uncertain') !== null && strings.uncertainWords,
  ].filter((text) => text !== false);
  return said.length > 0 ? [el('p', { class: 'remarks' }, said.join(' '))] : [];
}

/** HTML writes an unknown language as an empty tag. @param {string} language */
function tag(language) {
  return language === 'und' ? '' : language;
}

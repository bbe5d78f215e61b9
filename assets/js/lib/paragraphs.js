/** A paragraph is what the transcript shows as one: a passage, cut where the speaker changes. */

/** @import { Gap, Stretch, Transcript } from '../wire.js' */

/**
 * @typedef {{ first: number, end: number, language: string, doubtful: boolean }} Run words of one language and trust
 * @typedef {{ first: number, end: number, start_ms: number, speaker: string | null, runs: Run[], gapsBefore: Gap[] }} Paragraph
 *   `speaker` is null where the one before goes on or nobody is known
 */

/**
 * Returns the paragraphs of a transcript, and the gaps after the last of them. They partition the words.
 * @param {Transcript} transcript
 * @returns {{ paragraphs: Paragraph[], gapsAfter: Gap[] }}
 */
export function paragraphsOf(transcript) {
  const { words, passages, stretches, speakers } = transcript;
  const gaps = [...transcript.gaps].sort((a, b) => a.start_ms - b.start_ms);
  /** @type {Paragraph[]} */
  const paragraphs = [];
  let stretch = 0;
  /** @type {number | null | undefined} */
  let before;
  for (const passage of passages) {
    for (let first = passage.first_word; first < passage.end_word;) {
      const speaker = words.speaker[first] ?? null;
      let end = first + 1;
      while (end < passage.end_word && (words.speaker[end] ?? null) === speaker) end++;
      const start_ms = words.start_ms[first] ?? passage.start_ms;
      while (stretch < stretches.length && /** @type {Stretch} */ (stretches[stretch]).end_word <= first) stretch++;
      paragraphs.push({
        first,
        end,
        start_ms,
        speaker: speaker === null || speaker === before ? null : speakers[speaker] ?? null,
        runs: runsOf(stretches, stretch, first, end),
        gapsBefore: gaps.splice(0, countUntil(gaps, start_ms)),
      });
      before = speaker;
      first = end;
    }
  }
  return { paragraphs, gapsAfter: gaps };
}

/**
 * @param {Stretch[]} stretches
 * @param {number} index of the stretch that holds the first word
 * @param {number} first
 * @param {number} end
 * @returns {Run[]}
 */
function runsOf(stretches, index, first, end) {
  /** @type {Run[]} */
  const runs = [];
  for (let word = first; word < end; index++) {
    const stretch = stretches[index];
    const until = Math.min(stretch?.end_word ?? end, end);
    if (until <= word) continue;
    const language = stretch?.language ?? 'und';
    const doubtful = stretch?.trust === 'doubtful';
    const last = runs.at(-1);
    if (last && last.language === language && last.doubtful === doubtful) last.end = until;
    else runs.push({ first: word, end: until, language, doubtful });
    word = until;
  }
  return runs;
}

/**
 * @param {Gap[]} gaps
 * @param {number} ms
 */
function countUntil(gaps, ms) {
  const index = gaps.findIndex((gap) => gap.start_ms >= ms);
  return index < 0 ? gaps.length : index;
}

/** The quote bar offers to copy the selected words, with what proves them or as a link alone. */

import { announce } from '../announce.js';
import { copy } from '../clipboard.js';
import { recordingPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { quoteOf, quoteTime, writeQuote } from '../lib/quote.js';
import { formatClock } from '../lib/time.js';
import { strings } from '../strings.js';
import { selectedWords } from './selected-words.js';

/** @import { Quote } from '../lib/quote.js' */
/** @import { Recording, Transcript } from '../wire.js' */

/** How long a button says that it has copied. */
const SAID_MS = 2000;

/**
 * @param {Transcript} transcript
 * @param {() => Recording} recording as it is now
 * @param {HTMLElement} text
 * @param {HTMLElement[]} spans
 * @param {AbortSignal} signal
 */
export function quoteBar(transcript, recording, text, spans, signal) {
  /** @type {Quote | null} */
  let quote = null;
  const link = (/** @type {Quote} */ of) => quoteLink(of, recording());

  const span = el('span', { class: 'quote-span' });
  const bar = el('div', { class: 'quote-bar', role: 'group', 'aria-label': strings.selection, hidden: true },
    span,
    copyButton(strings.copyQuote, () => quote && writeQuote(quote, recording().title, publishedLink(quote, recording()) ?? link(quote))),
    copyButton(strings.copyLink, () => quote && link(quote)),
  );
  // A press on the bar would otherwise end the selection that it is about.
  bar.addEventListener('mousedown', (event) => event.preventDefault(), { signal });

  const follow = () => {
    // Tab into the bar takes the selection away, but the bar is still about it.
    if (bar.contains(document.activeElement)) return;
    const range = selectedWords(document.getSelection(), text, spans);
    quote = range && quoteOf(transcript, range.first, range.end);
    bar.hidden = quote === null;
    if (quote) span.textContent = `${formatClock(quote.start_ms)}–${formatClock(quote.end_ms)}`;
  };
  document.addEventListener('selectionchange', follow, { signal });
  bar.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node) || !bar.contains(event.relatedTarget)) setTimeout(follow);
  }, { signal });
  return bar;
}

/**
 * Returns where the quote is read on this page.
 * @param {Quote} quote
 * @param {Recording} recording
 */
function quoteLink(quote, { id, public_url: site }) {
  return (site ?? location.origin) + writePlace(recordingPlace(id, { t: quoteTime(quote), w: quote.fingerprint }));
}

/**
 * Returns where the quote is heard in what was published; null where nothing is known to be.
 * @param {Quote} quote
 * @param {Recording} recording
 */
function publishedLink(quote, { metadata }) {
  const source = metadata?.source_url.value;
  return source ? `${source.replace(/#.*/, '')}#t=${quoteTime(quote)}` : null;
}

/**
 * @param {string} label
 * @param {() => string | null} what
 */
function copyButton(label, what) {
  const button = el('button', { type: 'button' }, label);
  button.addEventListener('click', async () => {
    const text = what();
    if (text === null) return;
    const said = (await copy(text)) ? strings.copied : strings.notCopied;
    announce(said);
    button.textContent = said;
    setTimeout(() => (button.textContent = label), SAID_MS);
  });
  return button;
}

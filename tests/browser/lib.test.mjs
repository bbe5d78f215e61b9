/** Rows for the page's pure functions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { libraryPlace, readPlace, recordingPlace, searchPlace, writePlace } from '../../assets/js/lib/address.js';
import { turnsText } from '../../assets/js/lib/bidi.js';
import { debounce } from '../../assets/js/lib/debounce.js';
import { barsPath, densityOf } from '../../assets/js/lib/density.js';
import { splitTrailingSpace } from '../../assets/js/lib/dom.js';
import { exampleRecording, examplesOf, materialOf } from '../../assets/js/lib/examples.js';
import { hasFilter, toggleFilter } from '../../assets/js/lib/filters.js';
import { findQuote, fingerprintOf } from '../../assets/js/lib/fingerprint.js';
import { commandOf, stepSpeed } from '../../assets/js/lib/keys.js';
import { latest, wasSuperseded } from '../../assets/js/lib/latest.js';
import { paragraphsOf } from '../../assets/js/lib/paragraphs.js';
import { sameQuery, trialOf } from '../../assets/js/lib/query.js';
import { quoteOf, quoteTime, writeQuote } from '../../assets/js/lib/quote.js';
import { foldersOf, shownIn } from '../../assets/js/library/order.js';
import { renaming } from '../../assets/js/recording/renaming.js';
import { lastAtMost } from '../../assets/js/lib/sorted.js';
import { ticksOf } from '../../assets/js/lib/ticks.js';
import { formatClock, formatDuration, formatSeconds, parseMoment, parseTime, playFrom } from '../../assets/js/lib/time.js';
import { marksOf } from '../../assets/js/lib/timeline.js';
import { wordNamedBy, wordPlayingAt, wordsBetween } from '../../assets/js/lib/words.js';

test('every accepted form of a time is read', () => {
  for (const [text, ms] of [
    ['754', 754_000], ['754.2', 754_200], ['83.250', 83_250], ['754s', 754_000], ['12m34s', 754_000], ['12m', 720_000],
    ['1h2m3s', 3_723_000], ['1H2M3.5S', 3_723_500], ['00:12:34', 754_000], ['12:34', 754_000], ['1:02:03.25', 3_723_250],
    ['75:10', 4_510_000], ['npt:10', 10_000], [' 7 ', 7000], ['0', 0], ['0.0005', 1], ['86399.999', 86_399_999],
  ]) assert.equal(parseTime(/** @type {string} */ (text)), ms, String(text));
});

test('what is no time is null', () => {
  for (const text of ['', ' ', '-5', 'abc', '1e3', '12m34', '1:2:3:4', '0x10', 'NaN', 'Infinity', '1,2', '5 s', ':10', '9'.repeat(30)]) {
    assert.equal(parseTime(text), null, text);
  }
});

test('a moment is a time or a range', () => {
  for (const [text, moment] of [
    ['10,25', { start_ms: 10_000, end_ms: 25_000 }], ['83.250', { start_ms: 83_250, end_ms: null }],
    [',25', { start_ms: 0, end_ms: 25_000 }], ['10,', { start_ms: 10_000, end_ms: null }],
    ['25,10', { start_ms: 25_000, end_ms: null }], ['10,x', { start_ms: 10_000, end_ms: null }],
    ['', null], [',', null], ['1,2,3', null], ['x,5', null],
  ]) assert.deepEqual(parseMoment(/** @type {string} */ (text)), moment, String(text));
});

test('times are written for links, people and machines', () => {
  for (const [ms, seconds, clock, duration] of [
    [0, '0.000', '0:00', 'PT0.000S'], [83_250, '83.250', '1:23', 'PT83.250S'], [59_999, '59.999', '0:59', 'PT59.999S'],
    [3_600_000, '3600.000', '1:00:00', 'PT3600.000S'], [-5, '0.000', '0:00', 'PT0.000S'],
  ]) {
    assert.equal(formatSeconds(Number(ms)), seconds);
    assert.equal(formatClock(Number(ms)), clock);
    assert.equal(formatDuration(Number(ms)), duration);
  }
  for (let ms = 0; ms < 20_000; ms++) assert.equal(parseTime(formatSeconds(ms)), ms);
});

test('playback starts a second before the word, never before the beginning', () => {
  assert.equal(playFrom(83_250), 82.25);
  assert.equal(playFrom(400), 0);
});

test('the last value at most a limit is what a walk finds', () => {
  const values = [5, 5, 7, 9, 9, 9, 20];
  for (let limit = 0; limit < 25; limit++) {
    assert.equal(lastAtMost(values, limit), values.findLastIndex((value) => value <= limit), String(limit));
  }
  assert.equal(lastAtMost([], 3), -1);
});

const WORDS = { text: ['Good ', 'morning. ', 'Well'], start_ms: [120, 480, 2000], end_ms: [470, 900, 2300], confidence: [98, 91, 90], speaker: [0, 0, 1] };

test('a link names the word being said, the next one in a pause, the last after the end', () => {
  for (const [ms, word] of [[0, 0], [120, 0], [469, 0], [475, 1], [480, 1], [899, 1], [900, 2], [1500, 2], [2299, 2], [9000, 2]]) {
    assert.equal(wordNamedBy(WORDS, Number(ms)), word, String(ms));
  }
  assert.equal(wordNamedBy({ ...WORDS, start_ms: [], end_ms: [] }, 5), -1);
});

test('a word of no length is named by its own start', () => {
  assert.equal(wordNamedBy({ ...WORDS, start_ms: [100, 100, 300], end_ms: [100, 100, 400] }, 100), 1);
});

test('while playing, a word lasts until the next begins', () => {
  for (const [ms, word] of [[0, -1], [120, 0], [1500, 1], [2000, 2], [9000, 2]]) assert.equal(wordPlayingAt(WORDS, Number(ms)), word);
});

test('a range names the words that begin in it', () => {
  assert.deepEqual(wordsBetween(WORDS, 480, 2001), { first: 1, end: 3 });
  assert.deepEqual(wordsBetween(WORDS, 480, 2000), { first: 1, end: 2 });
  assert.deepEqual(wordsBetween(WORDS, 480, null), { first: 1, end: 2 });
});

test('places and addresses are each other’s inverse', () => {
  for (const path of [
    '/', '/?q=volunteers%20%22local%20museum%22', '/?q=a&shown=40&all=3f&all=4e', '/?q=a&sort=date&as=picture', '/?q=a&open=3f@1200',
    '/library', '/library?show=unsearched&folder=%2Ftalks&sort=length', '/r/3f0c?t=83.250&q=m%C3%BCze',
    '/r/3f0c?t=10.000,25.000&w=3.1z.a.b', '/r/3f0c',
  ]) assert.equal(writePlace(readPlace(new URL(path, 'http://x'))), path);
});

test('an address is read kindly', () => {
  const read = (/** @type {string} */ path) => readPlace(new URL(path, 'http://x'));
  assert.deepEqual(read('/r/3f0c#t=12m34s'), recordingPlace('3f0c', { t: '12m34s' }));
  assert.deepEqual(read('/r/3f0c/?t=5#t=9'), recordingPlace('3f0c', { t: '5' }));
  assert.deepEqual(read('/?q=a&sort=up&as=x'), searchPlace('a'));
  assert.deepEqual(read('/library?show=x&sort=y'), libraryPlace());
  assert.deepEqual(read('/?shown=-3&q=+'), { ...searchPlace(' '), shown: 20 });
  assert.equal(/** @type {any} */ (read('/?shown=999999')).shown, 1000);
  assert.deepEqual(read('/nowhere'), { view: 'missing' });
});

test('only the newest task delivers', async () => {
  const run = latest(new AbortController().signal);
  const [first, second] = await Promise.allSettled([
    run(async () => (await wait(20), 'old')),
    run(async () => (await wait(1), 'new')),
  ]);
  assert.equal(first.status, 'rejected');
  assert.ok(wasSuperseded(/** @type {PromiseRejectedResult} */ (first).reason));
  assert.deepEqual(second, { status: 'fulfilled', value: 'new' });
});

test('the end of a view ends its task', async () => {
  const view = new AbortController();
  const task = latest(view.signal)(async () => wait(5));
  view.abort();
  await assert.rejects(task, wasSuperseded);
});

test('a debounced action runs once, after the last call, or at once when asked', async () => {
  let runs = 0;
  const action = debounce(() => runs++, 5);
  action.later();
  action.later();
  await wait(30);
  assert.equal(runs, 1);
  action.later();
  action.now();
  await wait(30);
  assert.equal(runs, 2);
  action.later();
  action.cancel();
  await wait(30);
  assert.equal(runs, 2);
});

test('what is tried one by one are the words and phrases of a query, if nothing else combines them', () => {
  for (const [query, parts, isAll = true] of /** @type {[string, string[], boolean?][]} */ ([
    ['volunteers museum', ['volunteers', 'museum']], ['volunteers "local museum" -budget', ['volunteers', '"local museum"'], false],
    ['a -"b c" d', ['a', 'd'], false], ['alone', []], ['same same', []], ['', []], ['"open end', []], ['- " ', []],
    ['speaker:"Ann Lee" work', []], ['speaker:"Ann A Lee" work week', ['work', 'week'], false], ['exact:musée foo:bar', ['exact:musée', 'foo:bar']],
    ['“local museum” x', ['"local museum"', 'x']], ['fund* recieve~2', ['fund*', 'recieve~2']], ['צה"ל ירושלים', ['צה״ל', 'ירושלים']],
    ['museum NEAR/3 x', []], ['"local museum"~5 x', []], ['x -(budget cost)', []], ['(a OR b) c', []], ['a OR b c', []], ['a b within:20s', []],
    ['"(a)" b', ['"(a)"', 'b']], ['a b folder:"/x"', ['a', 'b'], false],
  ])) assert.deepEqual(trialOf(query), { parts, isAll: parts.length > 0 && isAll }, query);
});

test('a query is understood as typed when only space and case differ', () => {
  assert.ok(sameQuery('  Local   museum ', 'local museum'));
  assert.ok(sameQuery('“local museum”', '"local museum"'));
  assert.ok(!sameQuery('"local museum', '"local museum"'));
});

const TRANSCRIPT = {
  recording: '3f', revision: 1, speakers: ['Ann', 'Bo'],
  words: {
    text: ['One ', 'two ', 'three ', 'four ', 'fem ', 'six'], start_ms: [0, 100, 200, 300, 400, 500], end_ms: [90, 190, 290, 390, 490, 590],
    confidence: [99, 99, 99, 99, 99, 99], speaker: [0, 0, 1, 1, 1, null],
  },
  passages: [{ first_word: 0, end_word: 4, start_ms: 0, end_ms: 390 }, { first_word: 4, end_word: 6, start_ms: 400, end_ms: 590 }],
  stretches: /** @type {import('../../assets/js/wire.js').Stretch[]} */ ([
    { first_word: 0, end_word: 3, language: 'en', trust: 'good', exact_times: true },
    { first_word: 3, end_word: 4, language: 'en', trust: 'edited', exact_times: true },
    { first_word: 4, end_word: 5, language: 'sv', trust: 'good', exact_times: true },
    { first_word: 5, end_word: 6, language: 'sv', trust: 'doubtful', exact_times: true },
  ]),
  gaps: /** @type {import('../../assets/js/wire.js').Gap[]} */ ([
    { kind: 'unheard', start_ms: 900, end_ms: 950 }, { kind: 'no_words', start_ms: 190, end_ms: 200 },
  ]),
};

test('paragraphs are passages cut at speakers; runs are cut at languages and doubt', () => {
  const { paragraphs, gapsAfter } = paragraphsOf(TRANSCRIPT);
  assert.deepEqual(paragraphs.map(({ first, end, speaker }) => [first, end, speaker]), [[0, 2, 'Ann'], [2, 4, 'Bo'], [4, 5, null], [5, 6, null]]);
  assert.deepEqual(paragraphs.map(({ runs }) => runs.map((r) => [r.first, r.end, r.language, r.doubtful])), [
    [[0, 2, 'en', false]], [[2, 4, 'en', false]], [[4, 5, 'sv', false]], [[5, 6, 'sv', true]],
  ]);
  assert.deepEqual(paragraphs.map(({ gapsBefore }) => gapsBefore.length), [0, 1, 0, 0]);
  assert.deepEqual(gapsAfter.map(({ start_ms }) => start_ms), [900]);
});

test('words without stretches are still shown', () => {
  const { paragraphs } = paragraphsOf({ ...TRANSCRIPT, stretches: [] });
  assert.deepEqual(paragraphs.flatMap(({ runs }) => runs.map((r) => [r.first, r.end, r.language])), [[0, 2, 'und'], [2, 4, 'und'], [4, 5, 'und'], [5, 6, 'und']]);
});

test('a quote carries text, speakers, title, time and link', () => {
  const quote = quoteOf(TRANSCRIPT, 1, 4);
  assert.deepEqual({ ...quote, fingerprint: '' }, { text: 'two three four', fingerprint: '', speakers: ['Ann', 'Bo'], start_ms: 100, end_ms: 390 });
  assert.equal(quoteTime(quote), '0.100,0.390');
  assert.equal(writeQuote(quote, 'Talk', 'http://x/r/3f'), '“two three four”\n— Ann, Bo, Talk, 0:00–0:00\nhttp://x/r/3f\n');
});

test('marks that would cover each other become one', () => {
  assert.deepEqual(marksOf([900, 0, 1, 500], 1000, 10), [
    { start_ms: 0, count: 2, share: 0 }, { start_ms: 500, count: 1, share: 0.5 }, { start_ms: 900, count: 1, share: 0.9 },
  ]);
  assert.equal(marksOf([5000], 1000, 10)[0]?.share, 1);
  assert.equal(marksOf([5], 0, 10)[0]?.share, 0);
});

test('keys are commands, except while typing, with modifiers, or where a button or the player needs them', () => {
  const press = { key: 'k', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  const free = { typing: false, button: false, player: false };
  for (const [key, command] of [['k', 'playPause'], [' ', 'playPause'], ['J', 'back10'], ['n', 'nextHit'], ['N', 'previousHit'], ['<', 'slower'], ['x', null], ['constructor', null]]) {
    assert.equal(commandOf({ ...press, key: String(key) }, free), command, String(key));
  }
  assert.equal(commandOf({ ...press, ctrlKey: true }, free), null);
  assert.equal(commandOf({ ...press, key: 'ArrowRight' }, free), 'forward5');
  for (const key of ['ArrowLeft', 'ArrowRight', ' ']) assert.equal(commandOf({ ...press, key, shiftKey: true }, free), null, key);
  assert.equal(commandOf({ ...press, key: '?', shiftKey: true }, free), 'help');
  assert.equal(commandOf(press, { ...free, typing: true }), null);
  assert.equal(commandOf({ ...press, key: ' ' }, { ...free, button: true }), null);
  assert.equal(commandOf(press, { ...free, button: true }), 'playPause');
  assert.equal(commandOf({ ...press, key: 'ArrowLeft' }, { ...free, player: true }), null);
  assert.equal(commandOf(press, { ...free, player: true }), 'playPause');
});

test('speed has steps and ends', () => {
  assert.deepEqual([stepSpeed(1, 1), stepSpeed(1, -1), stepSpeed(2, 1), stepSpeed(0.5, -1), stepSpeed(1.1, 1)], [1.25, 0.75, 2, 0.5, 1.25]);
});

test('a mark ends with the word, not with the space after it', () => {
  assert.deepEqual(splitTrailingSpace('museum, '), ['museum,', ' ']);
  assert.deepEqual(splitTrailingSpace('博'), ['博', '']);
});

test('filters are put into a query and taken out again', () => {
  for (const [q, name, value, toggled] of /** @type {[string, any, string, string][]} */ ([
    ['museum', 'speaker', 'Ann Lee', 'museum speaker:"Ann Lee"'], ['museum speaker:"Ann Lee"', 'speaker', 'ann lee', 'museum'],
    ['speaker:ann museum', 'speaker', 'Ann', 'museum'], ['museum', 'date', '2021', 'museum date:2021'], ['', 'lang', 'sv', 'lang:sv'],
    ['a lang:sv b', 'lang', 'sv', 'a b'], ['a lang:sv', 'lang', 'en', 'a lang:sv lang:en'], ['a', 'folder', '/talks/2021', 'a folder:"/talks/2021"'],
    ['a', 'speaker', 'the "boss"', 'a speaker:"the boss"'], ['a speaker:"the boss" b', 'speaker', 'The "boss"', 'a b'],
    ['"local museum', 'speaker', 'Ann Lee', '"local museum" speaker:"Ann Lee"'], ['“local museum', 'lang', 'sv', '“local museum" lang:sv'],
    ['a speaker:“Ann Lee”', 'speaker', 'Ann Lee', 'a'], ['"a  b" lang:sv', 'lang', 'sv', '"a  b"'], ['(lang:sv a)', 'lang', 'sv', '( a)'],
    ['צה"ל', 'lang', 'he', 'צה"ל lang:he'], ['a', 'folder', '/x  y', 'a folder:"/x  y"'], ['a -speaker:ann', 'speaker', 'ann', 'a -speaker:ann speaker:ann'],
    ['"x speaker:ann y"', 'speaker', 'bo', '"x speaker:ann y" speaker:bo'],
  ])) assert.equal(toggleFilter(q, name, value), toggled, q);
  assert.ok(hasFilter('a SPEAKER:"Ann Lee"', 'speaker', 'Ann Lee'));
  assert.ok(!hasFilter('a -speaker:ann', 'speaker', 'ann'));
  assert.ok(!hasFilter('"x speaker:ann y"', 'speaker', 'ann'));
});

test('examples are made of what is said', () => {
  const transcript = { ...TRANSCRIPT, words: { ...TRANSCRIPT.words, text: ['Some ', 'wonderful ', 'people, ', 'people ', 'sjunger ', 'tillsammans.'] } };
  const recording = /** @type {any} */ ({ languages: ['en', 'sv'], date: '2021-05-31' });
  const material = materialOf(transcript, recording);
  assert.deepEqual(material, { words: ['wonderful', 'people'], apart: 'sjunger', phrase: 'wonderful people', speaker: 'Ann', language: 'en', year: '2021' });
  assert.deepEqual(examplesOf(/** @type {any} */ (material)).map(([query]) => query), [
    'wonderful people', '"wonderful people"', 'wonderful -sjunger', 'wonderful OR people', 'wond*', 'pepole~', 'wonderful speaker:Ann', 'wonderful lang:en',
    'wonderful date:2021',
  ]);
  assert.equal(materialOf({ ...transcript, passages: TRANSCRIPT.passages.slice(0, 1) }, recording)?.apart, undefined, 'nothing is said elsewhere');
  assert.ok(!examplesOf({ words: ['a', 'b'], phrase: 'a b', speaker: '' }).some(([, meaning]) => meaning === 'without'));
  assert.equal(materialOf(TRANSCRIPT, recording), null, 'words too short to tell anything');
  assert.equal(exampleRecording([]), null);
});

test('a fingerprint finds words where they are, where they went, and by their ends', () => {
  const talk = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
  const words = (/** @type {string[]} */ text) => ({
    text: text.map((word) => `${word}, `), start_ms: text.map((_, n) => n * 1000), end_ms: text.map((_, n) => n * 1000 + 900),
    confidence: text.map(() => 99), speaker: text.map(() => null),
  });
  const mark = fingerprintOf(words(talk), 2, 9);
  assert.match(mark, /^7\.[0-9a-z]+\.[0-9a-z]+\.[0-9a-z]+$/);
  const found = (/** @type {string[]} */ text) => findQuote(words(text), mark, { first: 2, end: 9 });
  assert.deepEqual(found(talk), { kind: 'same', first: 2, end: 9 });
  assert.deepEqual(found(talk.map((word) => word.toUpperCase())), { kind: 'same', first: 2, end: 9 });
  assert.deepEqual(found(['well', ...talk]), { kind: 'moved', first: 3, end: 10 });
  assert.deepEqual(found(talk.with(5, 'sixth')), { kind: 'changed', first: 2, end: 9 });
  assert.deepEqual(found(['well', ...talk.toSpliced(5, 1)]), { kind: 'changed', first: 3, end: 9 });
  assert.deepEqual(found(talk.with(8, 'x')), { kind: 'changed', first: 2, end: 9 });
  assert.deepEqual(found(talk.map(() => 'x')), { kind: 'changed', first: 2, end: 9 });
  const one = fingerprintOf(words(talk), 4, 5);
  assert.deepEqual(findQuote(words(['five', ...talk]), one, { first: 4, end: 5 }), { kind: 'moved', first: 5, end: 6 });
  for (const garbage of ['x', '7', '7.1.2', '0.1', '-1.1', '7.1.2.3.4', 'zzzzzzz.1', '7.<script>', '7.1.99999999.1']) {
    assert.equal(findQuote(words(talk), garbage, { first: 2, end: 9 }), null, garbage);
  }
  assert.deepEqual(findQuote(words([]), mark, { first: 0, end: 0 }), { kind: 'changed', first: 0, end: 0 });
});

test('where people speak is the share of each part that words fill', () => {
  const words = { start_ms: [0, 500, 2500], end_ms: [500, 1500, 9000] };
  assert.deepEqual(densityOf(words, 4000, 4), [1, 0.5, 0.5, 1]);
  assert.deepEqual(densityOf(words, 0, 2), [0, 0]);
  assert.equal(barsPath([0, 0.5, 1]), 'M1 1V0.5h.8V1zM2 1V0h.8V1z');
});

test('an axis is marked at round times', () => {
  const minutes = (/** @type {number} */ duration, most = 6) => ticksOf(duration * 60_000, most).map((ms) => ms / 60_000);
  assert.deepEqual(minutes(90), [0, 30, 60, 90]);
  assert.deepEqual(minutes(10), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(minutes(1), [0, 0.25, 0.5, 0.75, 1]);
  assert.equal(minutes(60_000).length, 2);
});

test('the library is chosen from and ordered', () => {
  const recording = (/** @type {string} */ title, more = {}) => /** @type {any} */ ({
    title, state: 'searchable', doubtful_ms: 0, gap_ms: 0, folders: ['/a'], date: null, duration_ms: null, ...more,
  });
  const all = [
    recording('b', { date: '2021', folders: ['/a/x'] }), recording('c', { state: 'failed', duration_ms: 5 }), recording('a', { gap_ms: 4, folders: ['/ax'] }),
  ];
  const titles = (/** @type {any} */ place) => shownIn(all, libraryPlace(place)).map(({ title }) => title).join('');
  for (const [place, expected] of /** @type {[any, string][]} */ ([
    [{}, 'cab'], [{ sort: 'title' }, 'abc'], [{ sort: 'date' }, 'bac'], [{ sort: 'length' }, 'cab'], [{ part: 'unsearched' }, 'c'],
    [{ part: 'doubtful' }, 'a'], [{ folder: '/a' }, 'cb'], [{ folder: '/a/' }, 'b'],
  ])) assert.equal(titles(place), expected, JSON.stringify(place));
  assert.deepEqual(foldersOf(all), ['/a', '/a/x', '/ax']);
});

test('only what would turn its surroundings stands apart', () => {
  assert.deepEqual(['a', 'متحف', '\u202Ea', '\u2066a'].map(turnsText), [false, false, true, true]);
});

test('speakers are renamed in an order that the server takes', () => {
  // As src/catalogue/speakers.rs does it, one change after the other.
  const called = (/** @type {string[]} */ before, /** @type {any} */ { rename, merge, reset }) => {
    let names = before;
    const change = (/** @type {string} */ from, /** @type {string} */ to) => {
      assert.ok(names.includes(from), `nobody is called ${from}`);
      names = names.map((name) => (name === from ? to : name));
    };
    for (const { from, to } of rename) {
      assert.ok(!names.includes(to), `somebody is called ${to}`);
      change(from, to);
    }
    for (const { from, into } of merge) {
      assert.ok(names.includes(into) && from !== into, `nobody is called ${into}`);
      change(from, into);
    }
    for (const name of reset) change(name, '');
    return names;
  };
  for (const [before, typed] of [
    [['Left', 'Right'], ['Right', 'Left']],
    [['Ann', 'Bo'], ['Cy', 'Ann']],
    [['Ann', 'Bo', 'Cy'], ['Bo', 'Cy', 'Cy']],
    [['Ann', 'Bo', 'Cy'], ['Bo', 'Cy', 'Ann']],
    [['Ann', 'Bo'], ['Dee', 'Dee']],
    [['Ann', 'Bo'], ['', 'Ann']],
    [['Ann', 'Bo', 'Cy'], ['Bo', 'Bo', 'Bo']],
  ]) assert.deepEqual(called(before, renaming(before.map((name) => ({ name })), typed)), typed);
  assert.equal(renaming([{ name: 'Ann' }], ['Ann']), null);
});

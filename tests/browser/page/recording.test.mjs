/** The view of one recording, over a made-up library. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CROWD, GONE, HOSTILE, LONG, MUSEUM, RADIO, TRANSCRIBING, recordings, transcripts } from '../support/library.mjs';
import { addressOf, currentTime, openLibrary, until, whereTarget } from '../support/views.mjs';

const { on, server } = await openLibrary();

for (const [name, viewport] of Object.entries({ wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 640 } })) {
  test(`a hit opens its recording one second before the word, which is in sight (${name})`, () => on('/?q=volunteers', async (page) => {
    await page.locator(`#group-${MUSEUM} .hit`).nth(1).click();
    await page.locator('.target').waitFor();
    await until(page, () => (document.querySelector('video')?.readyState ?? 0) >= 2);
    const start = Number(new URL(page.url()).searchParams.get('t'));
    assert.ok(Math.abs(await currentTime(page) - (start - 1)) < 0.05);
    assert.equal(await page.locator('.target').innerText(), 'volunteers');
    const { at, seen } = await whereTarget(page);
    assert.ok(seen && at > 0 && at < 0.9, `the word stands at ${at}`);
    assert.equal(await page.locator('video').evaluate((video) => video.paused), true);
    assert.equal(await page.locator('.find-count').innerText(), '2 of 3');
  }, { viewport }));
}

test('playing marks the word being said; scrolling stops following; "back to now" resumes it', () =>
  on(`/r/${MUSEUM}?t=44`, async (page) => {
    await page.locator('.target').waitFor();
    await page.keyboard.press('k');
    await until(page, () => (document.querySelector('video')?.currentTime ?? 0) > 45);
    const { words } = transcripts.get(MUSEUM);
    await until(page, (starts) => {
      const said = Number(document.querySelector('.transcript [aria-current="true"]')?.getAttribute('data-word'));
      return starts.findLastIndex((ms) => ms <= Math.round((document.querySelector('video')?.currentTime ?? 0) * 1000)) === said;
    }, words.start_ms);
    assert.equal(await page.locator('.transcript [aria-current]').count(), 1);
    assert.equal(await page.locator('.back-to-now').isVisible(), false);
    await page.mouse.move(900, 500);
    await page.mouse.wheel(0, -2000);
    await page.locator('.back-to-now').click();
    assert.equal(await page.locator('.back-to-now').isVisible(), false);
    const box = await page.locator('.transcript [aria-current]').boundingBox();
    assert.ok(box && box.y > 0 && box.y < 800);
  }));

test('a click on a word goes a second before it; the address names it, and it is said', () => on(`/r/${MUSEUM}`, async (page) => {
  await page.locator('[data-word="30"]').last().click();
  const start = transcripts.get(MUSEUM).words.start_ms[30];
  await until(page, (s) => Math.abs((document.querySelector('video')?.currentTime ?? 0) - s) < 0.01, start / 1000 - 1);
  assert.equal(addressOf(page), `/r/${MUSEUM}?t=${(start / 1000).toFixed(3)}`);
  await until(page, () => document.getElementById('announcements')?.textContent === 'Opened at 0:14');
}));

test('keys command the player, and never while typing', () => on(`/r/${MUSEUM}?t=31&q=volunteers`, async (page) => {
  await page.locator('.matched').first().waitFor();
  await until(page, () => (document.querySelector('video')?.currentTime ?? 0) === 30);
  const presses = async (/** @type {string} */ key, /** @type {number} */ seconds) => {
    await page.keyboard.press(key);
    await until(page, (s) => Math.abs((document.querySelector('video')?.currentTime ?? 0) - s) < 0.05, seconds);
  };
  await presses('l', 40);
  await presses('j', 30);
  await presses('ArrowRight', 35);
  await presses('ArrowLeft', 30);
  await page.keyboard.press('>');
  await page.keyboard.press('m');
  await page.keyboard.press('c');
  assert.deepEqual(await page.locator('video').evaluate((v) => [v.playbackRate, v.muted, v.textTracks[0]?.mode]), [1.25, true, 'showing']);
  await until(page, () => (document.querySelector('video')?.textTracks[0]?.cues?.length ?? 0) > 5);
  for (const [key, position] of [['n', '2 of 3'], ['n', '3 of 3'], ['n', '1 of 3'], ['Shift+N', '3 of 3']]) {
    await page.keyboard.press(key);
    await until(page, (wanted) => document.querySelector('.find-count')?.textContent === wanted, position);
  }
  const hit = Number(new URL(page.url()).searchParams.get('t'));
  assert.ok(Math.abs(await currentTime(page) - (hit - 1)) < 0.05);
  await until(page, () => /^Opened at \d:\d\d, 3 of 3$/.test(document.getElementById('announcements')?.textContent ?? ''));
  // While it plays, steps are counted from what is heard.
  await page.locator('video').evaluate((/** @type {HTMLVideoElement} */ video) => {
    video.currentTime = 8;
    return video.play();
  });
  await page.keyboard.press('n');
  await until(page, () => document.querySelector('.find-count')?.textContent === '2 of 3');
  await page.keyboard.press('n');
  await until(page, () => document.querySelector('.find-count')?.textContent === '3 of 3');
  await page.keyboard.press('k');
  await page.keyboard.press('?');
  await page.locator('dialog[open]').waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'find');
  await page.keyboard.type('milk jam?');
  assert.equal(await page.locator('#find').inputValue(), 'milk jam?');
  assert.deepEqual(await page.locator('video').evaluate((v) => [v.paused, v.muted]), [true, true]);
}));

test('Space on the focused video plays once, not twice', () => on(`/r/${MUSEUM}`, async (page) => {
  await until(page, () => (document.querySelector('video')?.readyState ?? 0) >= 2);
  await page.locator('video').focus();
  await page.keyboard.press('Space');
  await page.waitForTimeout(400);
  assert.equal(await page.locator('video').evaluate((video) => video.paused), false);
}));

test('find says how the query was read, and no longer when it is typed anew', () => on(`/r/${MUSEUM}?q="volunteers`, async (page) => {
  await page.locator('.find .notes').waitFor();
  assert.deepEqual(await page.locator('.find-read > *').allInnerTexts(),
    ['Searched for "volunteers"', 'the quote was not closed; read to the end as a phrase']);
  await page.locator('#find').fill('volunteers');
  await page.locator('.find .notes').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.find-read').innerText(), '');
}));

test('find claims nothing before it is answered', () => on(`/r/${MUSEUM}?t=31`, async (page) => {
  /** @type {() => void} */
  let answer = () => {};
  const answered = new Promise((resolve) => (answer = () => resolve(undefined)));
  await page.route('**/api/v1/search*', async (route) => {
    await answered;
    await route.continue();
  });
  const asked = page.waitForRequest('**/api/v1/search*');
  await page.locator('#find').fill('volunteers');
  await asked;
  // It says where the reader is, too.
  await page.locator('[data-word="3"]').click();
  assert.equal(await page.locator('.find-count').innerText(), '');
  answer();
  await page.locator('.find-count', { hasText: /[0-9]/ }).waitFor();
  await page.unroute('**/api/v1/search*');
}));

test('the transcript is one tab stop; arrows move, Enter goes, Shift selects a quote', () =>
  on(`/r/${MUSEUM}?t=7.550`, async (page) => {
    await page.locator('.target').waitFor();
    assert.equal(await page.locator('.transcript [tabindex="0"]').count(), 1);
    await page.locator('.target').focus();
    const focused = () => page.evaluate(() => Number(document.activeElement?.getAttribute('data-word')));
    const first = await focused();
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), first + 1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.locator('.quote-bar').waitFor();
    await page.getByRole('button', { name: 'Copy quote' }).click();
    const { words } = transcripts.get(MUSEUM);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, new RegExp(`^“${words.text.slice(first, first + 3).join('').trim()}”\n— Ann Lee, Museum partnership, 0:07–0:08\n`));
    const link = copied.trim().split('\n')[2] ?? '';
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.notEqual(Number(new URL(page.url()).searchParams.get('t')), 7.55);
    await page.goto(link);
    await page.locator('.target').first().waitFor();
    assert.equal(await page.locator('.target').count(), 3);
  }, { permissions: ['clipboard-read', 'clipboard-write'] }));

test('a selection by mouse selects and does not seek', () => on(`/r/${MUSEUM}?t=20`, async (page) => {
  await until(page, () => document.querySelector('video')?.currentTime === 19);
  const [from, to] = await Promise.all([5, 9].map((word) => page.locator(`p [data-word="${word}"]`).boundingBox()));
  await page.mouse.move(from.x + 2, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 2, to.y + 8, { steps: 5 });
  await page.mouse.up();
  await page.locator('.quote-bar').waitFor();
  assert.equal(await currentTime(page), 19);
}));

test('times are read from the fragment; garbage and times past the end are said', async () => {
  await on(`/r/${MUSEUM}#t=0:20`, (page) => until(page, () => document.querySelector('video')?.currentTime === 19));
  await on(`/r/${MUSEUM}?t=soon`, async (page) => {
    assert.match(await page.locator('.notices').last().innerText(), /“soon” is not a time/);
  });
  await on(`/r/${MUSEUM}?t=-5`, async (page) => {
    assert.match(await page.locator('.notices').last().innerText(), /“-5” is not a time/);
  });
  await on(`/r/${MUSEUM}?t=9999`, async (page) => {
    assert.match(await page.locator('.notices').last().innerText(), /2:46:39 lies after the end/);
  });
});

test('without its media a transcript is still read, and so it says', async () => {
  for (const [id, said] of /** @type {[string, RegExp][]} */ ([[GONE, /media file is not where it was/], [LONG, /replaced by another one.*transcript is that of the first/]])) {
    await on(`/r/${id}?t=5&q=volunteers`, async (page) => {
      await page.locator('.matched').first().waitFor();
      await page.locator('.player .notice').waitFor();
      assert.match(await page.locator('.player').innerText(), said);
    }, { troubles: /404/ });
  }
});

test('a word two hours into 27,000 is found and in sight; the browser’s own find sees every word', () =>
  on(`/r/${LONG}?t=7500&q=coordination`, async (page) => {
    await page.locator('.matched').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(300);
    const { at, seen } = await whereTarget(page);
    assert.ok(seen && at > 0.05 && at < 0.8, `the word stands at ${at}`);
    assert.equal(await page.locator('p [data-word]').count(), transcripts.get(LONG).words.text.length);
    // A word far from what is laid out: Chromium's own find, from the word that is selected on.
    const found = await page.evaluate(() => {
      document.getSelection()?.collapse(document.querySelector('.transcript'), 0);
      const find = /** @type {any} */ (window).find.bind(window);
      return [find('Coordination matters'), document.getSelection()?.toString(), find('no such words')];
    });
    assert.deepEqual(found, [true, 'Coordination matters', false]);
    await page.evaluate(() => document.getSelection()?.removeAllRanges());
    const [hits] = [await page.locator('.find-count').innerText()];
    assert.match(hits, /^\d+ found$/);
    for (let step = 0; step < 3; step++) {
      await page.keyboard.press('n');
      await page.waitForTimeout(200);
      const target = await whereTarget(page);
      assert.ok(target.seen && target.at > 0.05 && target.at < 0.8, `step ${step} stands at ${target.at}`);
    }
  }));

test('what is wrong with a media file is said beside its transcript', () => on(`/r/${GONE}`, async (page) => {
  await page.getByText('Media file: truncated at 12:34.').waitFor();
  assert.ok(await page.locator('.transcript p').count() > 0);
}, { troubles: /404/ }));

test('nothing moves where less motion is wanted', () => on(`/r/${MUSEUM}?t=20`, async (page) => {
  await page.locator('.target').waitFor();
  await page.evaluate(() => {
    const scrollBy = window.scrollBy.bind(window);
    const asked = /** @type {string[]} */ ([]);
    window.scrollBy = (/** @type {any} */ to) => {
      asked.push(to.behavior);
      scrollBy(to);
    };
    Object.assign(window, { asked });
  });
  await page.setViewportSize({ width: 500, height: 500 });
  await page.keyboard.press('k');
  await until(page, () => /** @type {any} */ (window).asked.length > 0);
  assert.deepEqual(await page.evaluate(() => [...new Set(/** @type {any} */ (window).asked)]), ['instant']);
}, { reducedMotion: 'reduce' }));

test('hostile text stays text', () => on(`/r/${HOSTILE}?q=volunteers`, async (page) => {
  page.on('dialog', () => assert.fail('a script ran'));
  await page.locator('.transcript p').first().waitFor();
  assert.match(await page.locator('.transcript').textContent() ?? '', /<script>alert\(1\)<\/script>/);
  assert.equal(await page.locator('main script, main img').count(), 0);
  assert.equal(await page.locator('.transcript [lang=ar]').evaluate((p) => getComputedStyle(p).direction), 'rtl');
}));

test('an unknown recording is named so', () => on('/r/ffff', async (page) => {
  await page.getByText(/not in the library/).first().waitFor();
}, { troubles: /404/ }));

test('a recording being transcribed says so, and its words appear when they are known', () =>
  on(`/r/${TRANSCRIBING}`, async (page) => {
    await page.locator('progress').waitFor();
    const recording = recordings.find(({ id }) => id === TRANSCRIBING);
    const talk = transcripts.get(RADIO);
    // The draft, which is looked for at once and then every ten seconds.
    const { words, passages: [passage], stretches: [stretch] } = talk;
    const begun = Object.fromEntries(Object.entries(words).map(([name, column]) => [name, column.slice(0, passage.end_word)]));
    transcripts.set(TRANSCRIBING, { ...talk, recording: TRANSCRIBING, revision: 0, words: begun, passages: [passage], stretches: [stretch] });
    const asked = server.asked.length;
    for (const done_ms of [700_000, 800_000]) server.tell({ type: 'recording', recording: { ...recording, progress: { done_ms, total_ms: 1_800_000 } } });
    await page.getByText('13:20 of 30:00').waitFor();
    await page.locator('.transcript .paragraph').first().waitFor();
    assert.equal(server.asked.slice(asked).filter((path) => path.endsWith('/transcript')).length, 1);
    assert.equal(await page.locator('track').count(), 0);
    transcripts.set(TRANSCRIBING, { ...talk, recording: TRANSCRIBING });
    server.tell({ type: 'recording', recording: { ...recording, state: 'searchable', progress: null, revision: 1, words: talk.words.text.length } });
    await page.locator('.transcript .paragraph').nth(1).waitFor();
    assert.equal(await page.locator('progress').count(), 0);
    assert.equal(await page.locator('track').count(), 1);
    transcripts.delete(TRANSCRIBING);
  }, { troubles: /404/ }));

test('a quoted link finds its words in a remade transcript, and says when their wording changed', () =>
  on(`/r/${MUSEUM}?t=7.550`, async (page) => {
    await page.locator('.target').waitFor();
    await page.locator('.target').focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /\?t=[\d.]+,[\d.]+&w=7\.\w+\.\w+\.\w+$/);

    const talk = transcripts.get(MUSEUM);
    const first = Number(await page.locator('p .target').first().getAttribute('data-word'));
    const remade = (/** @type {number} */ later_ms, /** @type {number[]} */ changed) => transcripts.set(MUSEUM, {
      ...talk,
      words: {
        ...talk.words,
        text: talk.words.text.map((/** @type {string} */ text, /** @type {number} */ word) => (changed.includes(word) ? 'other ' : text.toUpperCase())),
        start_ms: talk.words.start_ms.map((/** @type {number} */ ms) => ms + later_ms),
        end_ms: talk.words.end_ms.map((/** @type {number} */ ms) => ms + later_ms),
      },
    });
    const targets = async () => (await page.locator('p .target').evaluateAll((words) => words.map((word) => Number(word.getAttribute('data-word')))));
    try {
      for (const [later_ms, changed, said] of /** @type {[number, number[], RegExp | null][]} */ ([
        [0, [], null],
        [9000, [], /The quoted words are now found at 0:16/],
        [9000, [first + 3], /Wording changed since quoted/],
      ])) {
        remade(later_ms, changed);
        await page.goto(link);
        await page.locator('.target').first().waitFor();
        assert.deepEqual(await targets(), Array.from({ length: 7 }, (_, n) => first + n), String(said));
        const notes = await page.locator('.transcript-column .notices').last().innerText();
        if (said) assert.match(notes, said);
        else assert.equal(notes, '');
      }
      remade(0, Array.from({ length: 40 }, (_, n) => first - 5 + n));
      await page.goto(link);
      await page.getByText('Wording changed since quoted').waitFor();
    } finally {
      transcripts.set(MUSEUM, talk);
    }
  }, { permissions: ['clipboard-read', 'clipboard-write'] }));

test('a newer transcript that is asked for comes with the words of the address in sight, and the focus on them', () => on(`/r/${MUSEUM}?t=44&q=volunteers`, async (page) => {
  const talk = transcripts.get(MUSEUM);
  const recording = recordings.find(({ id }) => id === MUSEUM);
  await page.locator('.target').waitFor();
  await page.locator('.target').focus();
  const said = await page.locator('.target').textContent();
  // A remark and a speaker more, above.
  const stretches = talk.stretches.map((/** @type {object} */ stretch) => ({ ...stretch, exact_times: false }));
  const speaker = talk.words.speaker.map((/** @type {number} */ ordinal, /** @type {number} */ word) => (word === 20 ? 1 : ordinal));
  transcripts.set(MUSEUM, { ...talk, revision: 2, stretches, words: { ...talk.words, speaker } });
  try {
    server.tell({ type: 'recording', recording: { ...recording, revision: 2 } });
    await page.getByRole('button', { name: 'Show it' }).click();
    await page.locator('.remarks', { hasText: 'approximate' }).waitFor({ state: 'attached' });
    await page.waitForTimeout(200);
    const { at: place, seen } = await whereTarget(page);
    assert.ok(seen && place > 0.05 && place < 0.8, `the word stands at ${place}`);
    assert.equal(await page.locator('.target').textContent(), said);
    assert.ok(await page.evaluate(() => document.activeElement?.matches('.transcript [data-word]')));
    assert.equal(await page.getByRole('button', { name: 'Show it' }).count(), 0);
    // Paragraph by paragraph: also those in the middle of a passage.
    await page.keyboard.press('Home');
    const at = [];
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press('ArrowDown');
      at.push(await page.evaluate(() => Number(document.activeElement?.getAttribute('data-word'))));
    }
    assert.deepEqual(at, [talk.passages[1].first_word, 20, 21]);
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-word')), '20');
  } finally {
    transcripts.set(MUSEUM, talk);
  }
}));

test('a recording opened at no time is found where it was read, coming back and after a reload', () => on(`/r/${LONG}`, async (page) => {
  const seen = () => page.evaluate(() => [...document.querySelectorAll('.paragraph p [data-word]')].find((word) => word.getBoundingClientRect().top > 0)?.getAttribute('data-word'));
  await page.locator('.paragraph').first().waitFor();
  for (const y of [9000, 15_000]) {
    await page.evaluate((to) => window.scrollTo(0, to), y);
    await page.waitForTimeout(200);
  }
  const was = await seen();
  assert.ok(Number(was) > 500);
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.locator('.library-row').first().waitFor();
  await page.goBack();
  await page.locator('.paragraph').first().waitFor({ state: 'attached' });
  await page.waitForTimeout(300);
  assert.equal(await seen(), was);
  await page.reload();
  await page.locator('.paragraph').first().waitFor({ state: 'attached' });
  await page.waitForTimeout(300);
  assert.equal(await seen(), was);
}, { troubles: /404/ }));

test('the skip link moves the focus and nothing else', () => on(`/r/${MUSEUM}?t=31`, async (page) => {
  await until(page, () => document.querySelector('video')?.currentTime === 30);
  await page.keyboard.press('l');
  await until(page, () => document.querySelector('video')?.currentTime === 40);
  await page.locator('#skip').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  await page.waitForTimeout(100);
  assert.equal(await currentTime(page), 40);
  assert.equal(new URL(page.url()).hash, '');
}));

test('five hundred speakers are each named where they speak', () => on(`/r/${CROWD}`, async (page) => {
  await page.locator('.transcript p').first().waitFor();
  assert.equal(await page.locator('.transcript .speaker').count(), 500);
  assert.match(await page.locator('.recording-head').innerText(), /Person 6 · and 494 more/);
}));

test('signs that turn text around turn nothing but their own word', () => on(`/r/${HOSTILE}`, async (page) => {
  await page.locator('.transcript p').first().waitFor();
  const turned = page.locator('p [data-word]', { hasText: 'reversed' });
  assert.equal(await turned.evaluate((word) => getComputedStyle(word).unicodeBidi), 'isolate');
  const left = async (/** @type {string} */ word) => (await page.locator('p:last-of-type [data-word]', { hasText: word }).last().boundingBox())?.x ?? 0;
  assert.ok(await left('stay') < await left('written'));
}));

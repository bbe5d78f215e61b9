/** Answers a query over the made-up library: all words in one passage, `-word` for none. Good enough to draw the page. */

import { recordings, transcripts } from './library.mjs';

/** @param {URLSearchParams} asked */
export function answer(asked) {
  const q = asked.get('q') ?? '';
  const only = asked.get('recording');
  const [offset, limit] = [Number(asked.get('offset') ?? 0), Number(asked.get('limit') ?? 20)];
  const filters = [...q.matchAll(/(speaker|lang|folder|date):("[^"]*"|\S+)/g)].map(([, name, value]) => [name, value.replaceAll('"', '')]);
  const bare = q.replace(/(speaker|lang|folder|date):("[^"]*"|\S+)/g, '');
  const terms = bare.toLowerCase().match(/-?[\p{L}\p{N}]+/gu) ?? [];
  const wanted = terms.filter((term) => !term.startsWith('-'));
  const unwanted = terms.filter((term) => term.startsWith('-')).map((term) => term.slice(1));

  const counts = { speaker: new Map(), language: new Map(), folder: new Map(), year: new Map() };
  const count = (of) => Object.entries(of).forEach(([name, value]) => value && counts[name].set(value, (counts[name].get(value) ?? 0) + 1));

  const groups = recordings.filter((r) => transcripts.has(r.id) && (!only || r.id === only)).flatMap((recording) => {
    const fits = filters.every(([name, value]) => name === 'date' ? recording.date?.startsWith(value) : name !== 'folder' || recording.folders.includes(value));
    const hits = !fits ? [] : hitsIn(recording, wanted, unwanted, q).filter((hit) =>
      filters.every(([name, value]) => name === 'speaker' ? hit.speaker === value : name !== 'lang' || hit.language === value));
    for (const { speaker, language } of hits) count({ speaker, language, folder: recording.folders[0], year: recording.date?.slice(0, 4) });
    const shown = only ? hits.slice(offset, offset + limit) : hits.slice(0, 3);
    const positions_ms = hits.map((hit) => hit.start_ms);
    return hits.length === 0 ? [] : [{ recording, revision: 1, total_hits: hits.length, positions_ms, hits: shown }];
  });
  return {
    query: q,
    understood: q.replace(/"([^"]*)$/, '"$1"'),
    notes: (q.match(/"/g)?.length ?? 0) % 2 === 1
      ? [{ code: 'unclosed_quote', message: 'the quote was not closed; read to the end as a phrase' }] : [],
    recordings: { total: 0, first: [] },
    facets: asked.get('facets') === 'true' ? Object.fromEntries(Object.entries(counts).map(([name, values]) => {
      const sorted = [...values].sort((a, b) => b[1] - a[1]).map(([value, hits]) => ({ value, hits }));
      return [name, { values: sorted.slice(0, 50), more: Math.max(0, sorted.length - 50) }];
    })) : null,
    suggestions: null,
    total_hits: groups.reduce((sum, group) => sum + group.total_hits, 0),
    total_recordings: groups.length, offset, limit, took_ms: 1,
    groups: only ? groups : groups.slice(offset, offset + limit),
    coverage: { recordings: 10, searchable: 7, waiting: 2, failed: 1, missing: 1, paused: false, speech_ms: 9_000_000, doubtful_ms: 240_000, gap_ms: 4000 },
  };
}

function hitsIn(recording, wanted, unwanted, q) {
  const { words, passages, stretches, speakers } = transcripts.get(recording.id);
  const bare = (ordinal) => words.text[ordinal].toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return passages.flatMap(({ first_word, end_word, end_ms }) => {
    const ordinals = Array.from({ length: end_word - first_word }, (_, k) => first_word + k);
    const said = new Set(ordinals.map(bare));
    if (wanted.length === 0 || !wanted.every((term) => said.has(term)) || unwanted.some((term) => said.has(term))) return [];
    const matched = ordinals.filter((ordinal) => wanted.includes(bare(ordinal)));
    const start_ms = words.start_ms[matched[0]];
    const near = ordinals.filter((ordinal) => ordinal >= matched[0] - 8 && ordinal < matched[0] + 26);
    return [{
      start_ms, end_ms, score: 1, speaker: speakers[words.speaker[first_word]] ?? null,
      language: stretches.find((s) => s.end_word > first_word).language,
      doubtful: stretches.some((s) => s.trust === 'doubtful' && s.first_word === first_word),
      link: `/r/${recording.id}?t=${(start_ms / 1000).toFixed(3)}&q=${encodeURIComponent(q)}`,
      matches: matched.map((ordinal) => ({ first_word: ordinal, end_word: ordinal + 1, start_ms: words.start_ms[ordinal] })),
      pieces: near.map((ordinal) => ({ text: words.text[ordinal], matched: matched.includes(ordinal), start_ms: words.start_ms[ordinal] })),
    }];
  });
}

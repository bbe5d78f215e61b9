/** A wording is how one language writes numbers, counts, names of languages and lengths of time. */

/** @typedef {Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }} Forms `{n}` stands for the number */

/**
 * Returns the wording of a language, in the way of the reader's region.
 * @param {string} language
 * @param {readonly string[]} [wanted] the reader's language tags
 */
export function wordingOf(language, wanted = globalThis.navigator?.languages ?? []) {
  const locale = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
  const numbers = new Intl.NumberFormat(locale);
  const shares = new Intl.NumberFormat(locale, { style: 'percent' });
  const plurals = new Intl.PluralRules(locale);
  const names = new Intl.DisplayNames([locale], { type: 'language' });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

  const number = (/** @type {number} */ n) => numbers.format(n);

  return {
    number,
    /** @param {number} n @param {Forms} forms */
    counted: (n, forms) => (forms[plurals.select(n)] ?? forms.other).replace('{n}', number(n)),
    /** @param {number} share from 0 to 1 */
    percent: (share) => shares.format(share),
    /** Writes a day such as 2021-05-31; what is no whole day stays as it is. @param {string} day */
    day: (day) => {
      const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
      return Number.isNaN(at) ? day : dates.format(at);
    },
    /** Writes a moment of the calendar on the reader's clock. @param {string} instant */
    instant: (instant) => {
      const at = Date.parse(instant);
      return Number.isNaN(at) ? instant : times.format(at);
    },
    /** @param {string} code @param {string} unknown */
    language: (code, unknown) => {
      try {
        return code === 'und' ? unknown : names.of(code) ?? code;
      } catch {
        return code;
      }
    },
    /** @param {number | null} ms */
    length: (ms) => {
      if (ms === null) return '';
      const seconds = Math.max(1, Math.round(ms / 1000));
      if (seconds < 60) return `${seconds} s`;
      if (seconds < 600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
      const minutes = Math.round(seconds / 60);
      return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    },
  };
}

// Numbers and times as a language writes them.

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** Forms by number are those of the texts, the rest is written by the `locale`. */
export const formats = (language, locale) => {
  const lang = [locale, language];
  const rules = new Intl.PluralRules([language, "en"]);
  const numbers = new Intl.NumberFormat(lang);
  const percents = new Intl.NumberFormat(lang, { style: "percent" });
  const lists = new Intl.ListFormat(lang, { type: "unit" });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });
  const exactly = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const days = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", timeZone: "UTC" });
  const of = (time, format) => {
    const date = new Date(time);
    return isNaN(date) ? time : format.format(date);
  };
  return {
    plural: (n) => rules.select(n),
    number: (n) => numbers.format(n),
    percent: (n) => percents.format(n / 100),
    list: (items) => lists.format(items),
    exact: (time) => of(time, exactly),
    day: (time) => of(time, days),
    ago: (time) => {
      const seconds = (new Date(time) - Date.now()) / 1000;
      if (isNaN(seconds)) return time;
      for (const [unit, length] of UNITS)
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
      return relative.format(0, "second");
    },
    duration: (seconds) => {
      const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
      const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
      return new Intl.NumberFormat(lang, options).format(seconds / length);
    },
  };
};

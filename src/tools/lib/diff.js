// What changed from one text to another, word by word.
import { segments } from "./words.js";

/** Steps that are looked for; texts that differ in more of them are told as wholly other. */
const MOST = 1500;

/** The shortest way from `a` to `b` (Myers 1986) as steps "=", "-" and "+"; none when it is long. */
const way = (a, b) => {
  const most = Math.min(MOST, a.length + b.length);
  const middle = most + 1;
  const ends = new Int32Array(2 * most + 3);
  const trace = [];
  for (let steps = 0; steps <= most; steps++) {
    trace.push(ends.slice(middle - steps - 1, middle + steps + 2));
    for (let k = -steps; k <= steps; k += 2) {
      const at = middle + k;
      let x = isNew(k, steps, ends[at - 1], ends[at + 1]) ? ends[at + 1] : ends[at - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      ends[at] = x;
      if (x >= a.length && x - k >= b.length) return back(trace, a.length, b.length);
    }
  }
};

/** Whether the best step to that diagonal is one that takes a word of the new text. */
const isNew = (k, steps, left, right) => k == -steps || (k != steps && left < right);

const back = (trace, x, y) => {
  const kinds = [];
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const endOf = (k) => trace[steps][k + steps + 1];
    const k = x - y;
    const takesNew = isNew(k, steps, endOf(k - 1), endOf(k + 1));
    const from = takesNew ? k + 1 : k - 1;
    const fromX = endOf(from);
    const fromY = fromX - from;
    for (; x > fromX && y > fromY; x--, y--) kinds.push("=");
    if (steps) kinds.push(takesNew ? "+" : "-");
    [x, y] = [fromX, fromY];
  }
  return kinds.reverse();
};

/** Parts of both texts in order: `[kind, words]`, `kind` being "=", "-" (was there) or "+" (is new). */
export const diff = (before, after, lang) => {
  let a = segments(before, lang);
  let b = segments(after, lang);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const room = Math.min(a.length, b.length) - head;
  while (tail < room && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const first = a.slice(0, head);
  const rest = tail ? a.slice(-tail) : [];
  a = a.slice(head, a.length - tail);
  b = b.slice(head, b.length - tail);
  const parts = [];
  const add = (kind, word) => {
    const last = parts.at(-1);
    if (last?.[0] == kind) last[1] += word;
    else parts.push([kind, word]);
  };
  for (const word of first) add("=", word);
  const kinds = way(a, b) ?? [...a.map(() => "-"), ...b.map(() => "+")];
  let [x, y] = [0, 0];
  for (const kind of kinds) {
    add(kind, kind == "+" ? b[y] : a[x]);
    if (kind != "+") x++;
    if (kind != "-") y++;
  }
  for (const word of rest) add("=", word);
  return parts;
};

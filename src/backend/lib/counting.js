// What the adapters have in common that count comments.
import { BadAnswer } from "./refusal.js";

/** How long the keys of one question may be together, in characters of an address. */
const LONGEST = 6000;
/** How many questions are asked at a time where each is about one page. */
const TOGETHER = 4;

// What one question has no answer for is not known; the others count all the same.
const unknown = (error) => {
  console.warn("Afterword:", error);
  return [];
};

/**
 * Asks for the counts of some keys, so many at a time at most; and gives them in the order of the keys, or nothing
 * where one is not known. `ask` gives a list in the order of its keys. What has no key is asked nothing.
 */
export const inPortions = async (keys, most, ask) => {
  const portions = [];
  let portion = [];
  let length = 0;
  for (const key of new Set(keys.filter((key) => key != null))) {
    const more = encodeURIComponent(key).length + 3;
    if (portion.length == most || (portion.length && length + more > LONGEST)) {
      portions.push(portion);
      [portion, length] = [[], 0];
    }
    portion.push(key);
    length += more;
  }
  if (portion.length) portions.push(portion);
  const counts = new Map();
  const count = async (portion) => {
    const found = await ask(portion).catch(unknown);
    portion.forEach((key, index) => counts.set(key, found[index]));
  };
  await Promise.all(portions.map(count));
  return keys.map((key) => counts.get(key));
};

/** The counts of a list, which has to be one of as many. */
export const listed = (answer, keys) => {
  if (!Array.isArray(answer) || answer.length != keys.length) throw new BadAnswer("no list of counts");
  return answer;
};

/** Asks about one place after the other, some at a time; the same once. */
export const oneByOne = async (keys, ask) => {
  const counts = new Map();
  const rest = [...new Set(keys)].filter((key) => key != null);
  const go = async () => {
    for (let key; (key = rest.shift()) !== undefined; )
      counts.set(key, await ask(key).catch((error) => console.warn("Afterword:", error)));
  };
  await Promise.all(Array.from({ length: TOGETHER }, go));
  return keys.map((key) => counts.get(key));
};

/** What can be made of each; nothing where an owner has written what makes none. */
export const attempt = (places, make) =>
  places.map((place) => {
    try {
      return make(place);
    } catch (error) {
      console.warn(error);
      return undefined;
    }
  });

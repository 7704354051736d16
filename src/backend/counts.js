// What src/count.js brings where a page wants counts of other backends than Afterword's server.
import { adapter, made } from "./lib/adapters.js";

/** What those have in common that one question is about. */
const common = ({ backend, api, site, mapping }) => JSON.stringify([backend, api, site, mapping]);

const asked = async (places) => {
  const { backend } = places[0];
  const module = await adapter(backend);
  // An adapter counts without being made: there is no thread.
  const { counts } = module.default ? module : await made(module, places[0]);
  if (!counts) throw new RangeError(`Afterword: data-backend="${backend}" doesn't count comments.`);
  return module.default ? counts(places) : counts({ pages: places.map(({ pageId }) => pageId) });
};

/** Shows the counts of elements, `[element, settings]` each. Where none comes, what stands there stays. */
export const counts = async (elements, show) => {
  // By what they have in common the different places, each with its elements.
  const questions = new Map();
  for (const [element, settings] of elements) {
    const { backend, api, site, mapping, pageId, pageUrl, url, status, post, topic, src, postId, slug } = settings;
    const place = { backend, api, site, mapping, pageId, pageUrl, url, status, post, topic, src, postId, slug };
    const places = questions.get(common(place)) ?? new Map();
    const key = JSON.stringify(place);
    const there = places.get(key) ?? { place, elements: [] };
    there.elements.push(element);
    questions.set(common(place), places.set(key, there));
  }
  const answer = async (places) => {
    const all = [...places.values()];
    const found = await asked(all.map(({ place }) => place));
    all.forEach(({ elements }, index) => {
      const count = found?.[index];
      if (Number.isSafeInteger(count) && count >= 0) for (const element of elements) show(element, count);
    });
  };
  await Promise.all([...questions.values()].map((places) => answer(places).catch(console.warn)));
};

// Proof of work (docs/spam.md): begun when somebody begins to write, so that it is there when they
// post.
import { work } from "./proof/work.js";

/** For how long a proof is kept, in milliseconds: the server takes it a little longer. */
const LIFETIME = 25 * 60_000;
/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;

/** What was begun, by the address of the challenge. */
const begun = new Map();

const rest = (milliseconds) => new Promise((rested) => setTimeout(rested, milliseconds));

/** Where a server gives out challenges for a site. */
export const challengeOf = (api, site) => {
  const query = site ? "?" + new URLSearchParams({ site }) : "";
  return `${api}/api/v1/challenge${query}`;
};

// What proves that work was done, if any is wanted; and whether the server gives out challenges at all.
const prove = async (address) => {
  const answer = await fetch(address, {
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  // 204: this site wants none; 404: this server knows none.
  if (answer.status != 200) return { isOurs: answer.status == 204 };
  const challenge = await answer.json();
  const given = performance.now();
  const solution = await work(challenge);
  // Nobody writes as fast as that: who does is taken for a program.
  const seconds = +challenge.parameters.data?.seconds || 0;
  return {
    isOurs: true,
    proof: btoa(JSON.stringify({ challenge, solution })),
    ripe: given + seconds * 1000,
  };
};

/** Begins to work on a proof, unless there is one. */
export const begin = (address) => {
  const known = begun.get(address);
  if (known && performance.now() - known.at < LIFETIME) return;
  const proof = prove(address);
  // It is looked at when it is needed.
  proof.catch(() => {});
  begun.set(address, { proof, at: performance.now() });
};

/** The proof that was begun, or else one that is begun now, as `prove` gives it. Each is for one comment. */
export const take = async (address) => {
  begin(address);
  const { proof } = begun.get(address);
  begun.delete(address);
  const proven = await proof.catch(() => ({}));
  const wait = proven.ripe - performance.now();
  if (wait > 0) await rest(wait);
  return proven;
};

/** Forms that somebody writes in. */
const forms = new Set();

/** Begins when somebody begins to write in a form. */
export const watch = (form, api, site) => {
  const address = challengeOf(api, site);
  forms.add(form);
  form.addEventListener("input", () => begin(address));
  if (form.querySelector("textarea").value) begin(address);
};

/** What stands in a field that people don't see: programs fill in whatever there is. */
export const trapped = () => {
  for (const form of forms) {
    if (!form.isConnected) forms.delete(form);
    else if (form.elements.trap?.value) return form.elements.trap.value;
  }
};

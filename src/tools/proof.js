// Posts comments to an Afterword server, each with a proof of work: what `start.js` gives the program
// for it, in the place of an adapter's function.
import { take, trapped } from "./lib/proof.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;
/** How often a proof is tried that the server wants. */
const TRIES = 3;

const refusal = async (answer) => {
  const problem = await answer.json().catch(() => ({}));
  const { type, limit } = problem;
  return { name: "Refusal", status: answer.status, type, limit };
};

/** Sends a comment with a method, to an address, as JSON and under a key. Throws what adapters do. */
export const post = async (method, url, body, key) => {
  const comment = JSON.parse(body);
  const query = comment.site ? "?" + new URLSearchParams({ site: comment.site }) : "";
  const challenge = url.replace(/comments$/, "challenge") + query;
  const trap = trapped();
  for (let tries = 1; ; tries++) {
    const proof = await take(challenge);
    const answer = await fetch(url, {
      method,
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ ...comment, proof, trap }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) {
      try {
        return await answer.json();
      } catch (error) {
        throw error.name == "SyntaxError" ? { name: "BadAnswer" } : error;
      }
    }
    const refused = await refusal(answer);
    if (!/:proof-required$/.test(refused.type) || tries == TRIES) throw refused;
  }
};

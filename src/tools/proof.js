// Posts comments to an Afterword server, each with a proof of work: what `start.js` gives the program
// for it, in the place of an adapter's function.
import { challengeOf, take, trapped } from "./lib/proof.js";
import { ended } from "./lib/readers.js";
import { forget, read, readerOf, voiceOf, waitingOf, write } from "./lib/storage.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;
/** How often a proof is tried that the server wants. */
const TRIES = 3;
/** Where comments are posted, below a server's address. */
const COMMENTS = "/api/v1/comments";

// What somebody wrote whose session ended then: it is never posted under no name by itself.
const heldOf = (key) => "afterword:reader-held:" + key;

const refusal = async (answer) => {
  const problem = await answer.json().catch(() => ({}));
  const { type, limit } = problem;
  return { name: "Refusal", status: answer.status, type, limit };
};

/**
 * Sends a comment with a method, to an address, as JSON and under a key, as the reader who has signed in.
 * Throws what adapters do.
 */
export const post = async (method, url, body, key) => {
  const comment = JSON.parse(body);
  const api = url.slice(0, -COMMENTS.length);
  const thread = { api, site: comment.site ?? "", page: comment.page };
  const reader = read(readerOf(thread));
  const type = read(heldOf(key));
  if (type && !reader) throw { name: "Refusal", status: 401, type };
  const trap = trapped();
  for (let tries = 1; ; tries++) {
    const { proof, isOurs } = await take(challengeOf(api, comment.site));
    // Whoever gives out challenges knows people by their browsers; others may refuse what they don't know.
    const person = isOurs ? voiceOf(api) : undefined;
    const answer = await fetch(url, {
      method,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        ...(reader && { "Afterword-Reader": reader }),
      },
      body: JSON.stringify({ ...comment, proof, trap, person }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) {
      if (type) forget(heldOf(key));
      let created;
      try {
        created = await answer.json();
      } catch (error) {
        throw error.name == "SyntaxError" ? { name: "BadAnswer" } : error;
      }
      // The next list may lack it, and then waiting.js looks after it: because a moderator has yet to see
      // it, or because nobody else is to.
      const { id, status } = created?.comment ?? {};
      if (status == "pending" || isOurs)
        write(waitingOf(thread) + id, status == "pending" ? "1" : String(performance.timeOrigin));
      return created;
    }
    const refused = await refusal(answer);
    if (refused.status == 401 && reader) {
      write(heldOf(key), refused.type);
      ended(thread, reader);
    }
    if (!/:proof-required$/.test(refused.type) || tries == TRIES) throw refused;
  }
};

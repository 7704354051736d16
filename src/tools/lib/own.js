// The reader's own comments, as the server shows them to their author alone.
import { read, readerOf, tokensOf } from "./storage.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;

/** The comment as its author may see it, or without `headers` anybody; null when it is gone, nothing when
    nobody could be asked. */
export const ask = async ({ api }, id, headers) => {
  const answer = await fetch(`${api}/api/v1/comments/${encodeURIComponent(id)}`, {
    headers,
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {});
  if (answer?.status == 404 || answer?.status == 410) return null;
  if (answer?.ok) return (await answer.json().catch(() => ({}))).comment;
};

const HIDDEN = Symbol.for("afterword-hidden");

/** The ids of what this thread shows its author alone: no list has them, and no count. */
export const hiddenOf = ({ root }) => (root[HIDDEN] ??= new Set());

/** By what a comment is the reader's: its edit token, or their session. */
export const proofOf = (context, id) => {
  const token = read(tokensOf(context) + id);
  const reader = read(readerOf(context));
  if (token) return { Authorization: "Bearer " + token };
  return token === "" && reader ? { "Afterword-Reader": reader } : undefined;
};

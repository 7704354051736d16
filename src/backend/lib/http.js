// Requests. What servers answer that are no problem documents becomes a refusal that the widget has a
// sentence for.
import { BadAnswer, Refusal } from "./refusal.js";

/** How long a whole answer may take, in milliseconds. */
const PATIENCE = 20_000;
/** The longest answer that is read, in bytes. */
const LONGEST = 32_000_000;
/** For how many seconds a server is left alone that doesn't say for how long. */
const PAUSE = 30;

/** An address with a query. What is undefined or null is left out. */
export const address = (base, path, query = {}) => {
  const url = new URL(base.replace(/\/$/, "") + path, location.href);
  for (const [name, value] of Object.entries(query))
    if (value != null) url.searchParams.set(name, value);
  return url.href;
};

// The body, as it comes and no longer than it may be.
const read = async (answer) => {
  const reader = answer.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST) {
      reader.cancel().catch(() => {});
      throw new BadAnswer(`${answer.url} is longer than ${LONGEST} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
};

/** The seconds of a `Retry-After` (RFC 9110, section 10.2.3): a number of them, or a date. */
const pause = (header) => {
  if (!header) return PAUSE;
  const seconds = +header || (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : PAUSE;
};

/** What a status says by itself; adapters know more of their own servers. */
const refusal = ({ status, headers }) => {
  if (status == 401) return new Refusal("login-required", { status });
  if (status == 429) return new Refusal("rate-limited", { status, limit: pause(headers.get("Retry-After")) });
  if (status == 413) return new Refusal("text-refused", { status });
  return new Refusal("", { status });
};

// A connection that fails is a `TypeError`, as is a slip of an adapter's.
const unreachable = (error) => {
  throw error instanceof TypeError ? new DOMException(error.message, "NetworkError") : error;
};

/**
 * Sends a request and answers `{ ok, status, headers, text, data }`: `data` is the body where it is
 * JSON. `body` is sent as JSON, unless it is a text or a form already. A connection that fails throws
 * as the browser has it; a refusal is thrown unless `refused` makes something else of the answer.
 */
export const request = async (
  url,
  { method = "GET", body, headers = {}, credentials = "omit", refused } = {},
) => {
  const isJson = body !== undefined && typeof body != "string" && !(body instanceof FormData);
  const sent = fetch(url, {
    method,
    body: isJson ? JSON.stringify(body) : body,
    headers: { ...(isJson && { "Content-Type": "application/json" }), ...headers },
    credentials,
    referrerPolicy: "strict-origin-when-cross-origin",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const response = await sent.catch(unreachable);
  const text = await read(response).catch(unreachable);
  let data;
  try {
    data = JSON.parse(text);
  } catch {}
  const answer = { ok: response.ok, status: response.status, headers: response.headers, text, data };
  if (!answer.ok) throw refused?.(answer) || refusal(answer);
  return answer;
};

/** The JSON of an answer. A page of HTML, or nothing, is none. */
export const json = async (url, options) => {
  const { data, text } = await request(url, options);
  if (data === undefined) throw new BadAnswer(`${url} answered ${text.slice(0, 80) || "nothing"}`);
  return data;
};

// Calls of the backend.

// What is told of a failure, by the kind of the problem.
const SENTENCES = {
  "rate-limited": "tool-fail-many",
  "not-found": "tool-fail-gone",
  "code-unknown": "tool-fail-code",
  "image-invalid": "tool-image-invalid",
  "body-too-large": "tool-image-large",
  "too-slow": "tool-fail-network",
};
/** How long an answer may take, in milliseconds; with a file, how long that may be on its way. */
const PATIENCE = 20_000;
const LONG = 120_000;

/**
 * A request of the API: with a body it is a POST, of JSON or of a file. Answers the parsed JSON, or
 * nothing where there is none; throws a sentence. What gives up by a signal of its own sees to that.
 */
export const call = async ({ api, text }, path, { body, signal, headers } = {}) => {
  const isFile = body instanceof Blob;
  let answer;
  try {
    answer = await fetch(api + "/api/v1" + path, {
      method: body ? "POST" : "GET",
      headers: {
        ...headers,
        ...(body && { "Content-Type": isFile ? "application/octet-stream" : "application/json" }),
      },
      body: isFile ? body : body && JSON.stringify(body),
      credentials: "omit",
      signal: signal || AbortSignal.timeout(isFile ? LONG : PATIENCE),
    });
  } catch {
    throw text("tool-fail-network");
  }
  if (answer.ok) {
    if (answer.status == 204) return;
    try {
      return await answer.json();
    } catch {
      throw text("tool-fail-server");
    }
  }
  const problem = await answer.json().catch(() => ({}));
  const kind = String(problem.type).split(":").pop();
  throw text(SENTENCES[kind] || "tool-fail-server", { n: Number(problem.limit) || 60 });
};

/** The path of a comment. */
export const at = (id) => "/comments/" + encodeURIComponent(id);

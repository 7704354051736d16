// Calls of the backend.

/** A request of the API. Answers the parsed JSON, or nothing where there is none; throws a sentence. */
export const call = async ({ api, text }, path, method = "GET", body) => {
  let answer;
  try {
    answer = await fetch(api + "/api/v1" + path, {
      method,
      headers: body && { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(20000),
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
  if (kind == "rate-limited") throw text("tool-fail-many", { limit: Number(problem.limit) || 60 });
  if (kind == "not-found") throw text("tool-fail-gone");
  if (kind == "code-unknown") throw text("tool-fail-code");
  throw text("tool-fail-server");
};

/** The path of a comment. */
export const at = (id) => "/comments/" + encodeURIComponent(id);

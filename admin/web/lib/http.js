// Requests to the server, and its stream of events.

const API = new URL("api/v1/", document.baseURI);
/** How long an answer may take. */
const PATIENCE = 30000;

const headers = (token, type) => {
  // Mails are in the language in which somebody asked for them.
  const language = document.documentElement.lang;
  const all = new Headers({ Accept: "application/json", "Accept-Language": language });
  if (type) all.set("Content-Type", type);
  if (token) all.set("Authorization", `Bearer ${token}`);
  return all;
};

/** Status and text of the answer; rejects where none came. */
export const request = async (method, path, body, token) => {
  const answer = await fetch(new URL(path, API), {
    method,
    body: body ?? undefined,
    headers: headers(token, body == null ? "" : "application/json"),
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return [answer.status, await answer.text()];
};

const [SOON, LATE] = [1000, 60000];
/** A stream that says nothing for so long is dead. */
const SILENCE = 90000;

/**
 * Hears of what happens: `told` is called with the data of each event, with "open" when the stream
 * has begun and with "lost" when it broke. `EventSource` can send no Authorization, so that this
 * reads the stream itself. Gives what ends it.
 */
export const listen = (path, token, told) => {
  let wait = SOON;
  let timer, controller;
  let over = false;

  const later = () => {
    clearTimeout(timer);
    if (over) return;
    timer = setTimeout(go, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LATE);
  };

  const go = async () => {
    clearTimeout(timer);
    if (over || document.hidden) return;
    controller?.abort();
    const mine = (controller = new AbortController());
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => mine.abort(), SILENCE);
    };
    try {
      heard();
      const answer = await fetch(new URL(path, API), {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${token}` },
        cache: "no-store",
        credentials: "omit",
        signal: mine.signal,
      });
      // There are none here, or not for this person: asking again would change nothing.
      if ([401, 403, 404].includes(answer.status)) over = true;
      if (!answer.ok || !answer.body) throw Error(answer.status);
      told("open");
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        heard();
        wait = SOON;
        rest += decoder.decode(value, { stream: true });
        const events = rest.split(/\r?\n\r?\n/);
        rest = events.pop();
        for (const event of events) {
          const lines = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
          if (lines.length) told(lines.map((line) => line.slice(5).trim()).join("\n"));
        }
      }
    } catch {
      // Whatever it was: it is tried again.
    } finally {
      clearTimeout(silence);
    }
    if (over || mine != controller) return;
    told("lost");
    later();
  };

  const wake = () => {
    wait = SOON;
    // Nobody looks: no stream is held.
    if (document.hidden) controller?.abort();
    else go();
  };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  go();
  return () => {
    over = true;
    clearTimeout(timer);
    controller?.abort();
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
  };
};

// Hears of what others do: by a stream of events, or where that can't be had by asking every now and
// then; not at all while nobody looks.
import { hold } from "./lib/hold.js";
import { ask as askFor, hiddenOf, proofOf } from "./lib/own.js";
import { endings, read, waitingOf, write } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

const SECOND = 1000;
/** How long to wait before asking again, at first and at most. */
const [SOON, LATE] = [2 * SECOND, 300 * SECOND];
/** How often to ask where there is no stream. */
const OFTEN = 15 * SECOND;
/** How long a stream may take to say its first word. Some on the way let nothing through. */
const PATIENCE = 20 * SECOND;
/** When to try again whether there are streams, and to open one anew that may be dead by now. */
const RENEWAL = 300 * SECOND;

// Streams of this page. Over HTTP/1.1 a browser has six connections to a server, and a page may have
// many threads.
const MOST = 2;
let streams = 0;

// Not all browsers at once, when a server is back.
const around = (time) => time * (0.5 + Math.random());

export default tool((context) => {
  const { api, site, page, root, detail, text, say, run, signal } = context;
  let cursor = detail;
  let timer, source;
  let wait = SOON;
  // When to try a stream again.
  let refused = 0;

  const address = (call) => {
    const query = new URLSearchParams({ page, since: cursor });
    if (site) query.set("site", site);
    return `${api}/api/v1/${call}?${query}`;
  };

  // Own ones that others were told of.
  const shared = new Set();

  // What was posted here since the page began, and was told to nobody yet.
  const untold = () => {
    const names = waitingOf(context);
    const isJustPosted = (id) => read(names + id) == performance.timeOrigin;
    const isKnown = (id) => shared.has(id) || hiddenOf(context).has(id);
    return endings(names).filter((id) => isJustPosted(id) && proofOf(context, id) && !isKnown(id));
  };

  // What is gone for others, or never came to them, may still stand for its author alone (`waiting.js`),
  // and counts for them.
  const settle = async (own, posted, total) => {
    const hidden = hiddenOf(context);
    const gone = [];
    const look = async ([id, proof]) => {
      const comment = await askFor(context, id, proof);
      if (comment?.status == "published") {
        write(waitingOf(context) + id, String(performance.timeOrigin));
        hidden.add(id);
      } else {
        hidden.delete(id);
        gone.push(id);
      }
    };
    const seek = async (id) => {
      const others = await askFor(context, id);
      if (others) shared.add(id);
      else if (others === null) hidden.add(id);
    };
    await Promise.all([...[...own].map(look), ...posted.map(seek)]);
    if (!signal.aborted) run("changes", [], [], gone, total + hidden.size);
  };

  const isOpen = () => !!root.querySelector(".thread > form.composer");

  const take = (changes) => {
    wait = SOON;
    if (changes.cursor == cursor) return;
    const release = hold(root);
    const { posted, changed, gone = [], total, reload, reactions, list } = changes;
    const wasOpen = isOpen();
    const own = new Map(gone.map((id) => [id, proofOf(context, id)]).filter(([, proof]) => proof));
    const others = gone.filter((id) => !own.has(id));
    const hidden = hiddenOf(context);
    for (const { id } of [...posted, ...changed]) hidden.delete(id);
    for (const id of [...posted, ...changed].map((it) => it.id).concat(gone)) shared.add(id);
    const unknown = untold();
    // Until it is known which of them stand, they count as they did.
    const count = own.size || unknown.length ? undefined : total + hidden.size;
    run("changes", posted, changed, others, count, reload, reactions, list);
    // As soon as it is drawn.
    if (list) requestAnimationFrame(() => {
      if (wasOpen != isOpen()) say(text(wasOpen ? "fail-closed" : "tool-page-opens"));
    });
    if (count === undefined) settle(own, unknown, total);
    // What was not understood is told again.
    cursor = changes.cursor;
    release();
  };

  const stop = () => {
    clearTimeout(timer);
    if (!source) return;
    source.close();
    source = undefined;
    streams--;
  };

  const later = (time) => {
    clearTimeout(timer);
    timer = setTimeout(go, time);
  };

  const fail = () => {
    wait = Math.min(wait * 2, LATE);
    later(around(wait));
  };

  const listen = () => {
    const mine = (source = new EventSource(address("events")));
    streams++;
    const renew = (isRefused) => {
      if (source != mine) return;
      stop();
      if (isRefused) refused = Date.now() + RENEWAL;
      fail();
    };
    source.addEventListener("changes", ({ data }) => {
      if (source != mine) return;
      take(JSON.parse(data));
      clearTimeout(timer);
      timer = setTimeout(go, around(RENEWAL));
    });
    // Its own way to come back knows neither a limit nor a pause.
    source.onerror = () => renew(mine.readyState == 2);
    timer = setTimeout(() => renew(true), PATIENCE);
  };

  const ask = async () => {
    try {
      const answer = await fetch(address("changes"));
      if (!answer.ok) throw Error(answer.status);
      const changes = await answer.json();
      if (signal.aborted || document.hidden || source) return;
      take(changes);
      later(around(OFTEN));
    } catch {
      // Nobody was there who could refuse a stream.
      refused = 0;
      if (!signal.aborted && !document.hidden && !source) fail();
    }
  };

  const go = () => {
    stop();
    if (signal.aborted || document.hidden) return;
    if (Date.now() < refused || streams >= MOST) ask();
    else listen();
  };

  const wake = () => {
    wait = SOON;
    go();
  };

  document.addEventListener("visibilitychange", wake, { signal });
  addEventListener("online", wake, { signal });
  signal.addEventListener("abort", stop);
  go();
});

// Signing in at another site, in a window of its own.
const EVERY = 1000;
const PATIENCE = 600_000;

const made = (address) => open(address, "_blank", "popup,width=600,height=720");

/**
 * Opens a window for one of some services, at an address for each: `{ service, opened }`, or nothing where the
 * reader has changed their mind. Call it in the press itself, before anything is waited for. A dialog asks which,
 * and asks for one more press where a browser lets no window open that a press has not opened itself (WebKit, while
 * what belongs to the button is still on its way).
 */
export const popup = async (options, services, address) => {
  let [service] = services;
  let opened = services.length == 1 && made(address(service));
  if (!opened) {
    const { choose } = await import("./choose.js");
    service = await choose(options, services);
    if (!service) return undefined;
    opened = made(address(service));
  }
  if (!opened) throw Object.assign(Error("no window"), { name: "Blocked" });
  return { service, opened };
};

/**
 * Waits until the window says something of which `heard` makes something, or `look`, which is called now and then,
 * gives something; and closes the window. Nothing when the reader has come back without. Some sites cut what leads
 * from here to their window, which then only seems to be closed.
 */
export const until = async (opened, { heard, look }) => {
  const end = Date.now() + PATIENCE;
  let what;
  let wake;
  const hear = (event) => {
    if (event.source != opened) return;
    what ||= heard?.(event);
    if (what) wake();
  };
  addEventListener("message", hear);
  try {
    for (let isOver = false; !what && !isOver; ) {
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, EVERY);
      });
      isOver = (opened.closed && document.hasFocus()) || Date.now() > end;
      what ||= await look?.(opened.closed).catch(() => undefined);
    }
  } finally {
    removeEventListener("message", hear);
  }
  if (what) opened.close();
  return what;
};

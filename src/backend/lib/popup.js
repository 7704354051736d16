// Signing in at another site, in a window of its own.
import { Refusal } from "./refusal.js";

const EVERY = 1000;
const PATIENCE = 300_000;

/** Opens the window, while the click that asked for it counts. */
export const popup = (address = "") => {
  const opened = open(address, "_blank", "popup,width=600,height=720");
  if (opened) return opened;
  throw Object.assign(Error("no window"), { name: "Blocked" });
};

/**
 * Waits until `found` gives something, and closes the window; a `Refusal` when the reader has come back without.
 * Some sites cut what leads from here to their window, which then only seems to be closed.
 */
export const until = async (window, found) => {
  const end = Date.now() + PATIENCE;
  for (let isOver = false; !isOver; ) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    isOver = (window.closed && document.hasFocus()) || Date.now() > end;
    const what = await found(window.closed).catch(() => undefined);
    if (!what) continue;
    window.close();
    return what;
  }
  throw new Refusal("login-required");
};

// Where a page takes one comment in so many seconds from each reader: tells when the next can be posted.
import { forget, read, write } from "./storage.js";

/** For a composer that says so. */
export const slow = ({ api, site, page, host, text, say, signal }, form) => {
  // The page may become slow, or quick, while somebody writes.
  const noted = () => form.querySelector(".composer-slow");
  // Not a name of the thread's own: what begins with those brings the program at once.
  const name = `afterword:slow:${api}:${site}:${page}`;
  let timer, isTold;
  const tick = () => {
    clearTimeout(timer);
    const note = noted();
    if (signal.aborted || !form.isConnected || !note) return;
    note.dataset.words ??= note.textContent;
    const left = Math.ceil((read(name) - Date.now()) / 1000);
    if (left > 0) {
      note.textContent = text("tool-slow-wait", { n: left });
      timer = setTimeout(tick, 1000);
      return;
    }
    forget(name);
    note.textContent = note.dataset.words;
    // Once, at the end: nobody wants the seconds read out.
    if (isTold) say(text("tool-slow-over"));
    isTold = false;
  };
  host.addEventListener(
    "afterword:posted",
    () => {
      const note = noted();
      if (!note) return;
      write(name, String(Date.now() + note.dataset.seconds * 1000));
      isTold = form.querySelector("textarea")?.id == "text-new";
      tick();
    },
    { signal },
  );
  tick();
};

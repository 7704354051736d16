// Brings the program's style before anything needs it.
import { endings, read, undosOf } from "./lib/storage.js";
import { enter } from "./lib/readers.js";
import { moderatorOf } from "./lib/moderation.js";
import { steady } from "./lib/steady.js";
import { tool } from "./lib/tool.js";

export default tool((context) => {
  const { avatars, replies, run, signal } = context;
  steady(context);
  if (avatars) run("tool", "avatars");
  if (replies) run("tool", "replies");
  run("tool", "mentions");
  if (endings(undosOf(context)).length) run("tool", "undo");
  if (!context.adapter) enter(context);
  // Whoever has signed in to moderate goes on; who is led here to do so, begins.
  if (!context.adapter && (read(moderatorOf(context)) || location.hash == "#moderate")) run("tool", "moderate", "found");
  // Whoever selects something may want to quote it, or has done so while this was on its way.
  const onSelect = () => run("tool", "quote");
  if (document.getSelection()?.rangeCount) onSelect();
  else document.addEventListener("selectionchange", onSelect, { once: true, signal });
});

// Brings the program's style before anything needs it.
import { endings, undosOf } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

export default tool((context) => {
  const { avatars, replies, run, signal } = context;
  if (avatars) run("tool", "avatars");
  if (replies) run("tool", "replies");
  run("tool", "mentions");
  if (endings(undosOf(context)).length) run("tool", "undo");
  // Whoever selects something may want to quote it, or has done so while this was on its way.
  const onSelect = () => run("tool", "quote");
  if (document.getSelection()?.rangeCount) onSelect();
  else document.addEventListener("selectionchange", onSelect, { once: true, signal });
});

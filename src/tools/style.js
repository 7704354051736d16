// Brings the program's style before anything needs it.
import { tool } from "./lib/tool.js";

export default tool(({ avatars, replies, run, signal }) => {
  if (avatars) run("tool", "avatars");
  if (replies) run("tool", "replies");
  // Whoever selects something may want to quote it, or has done so while this was on its way.
  const onSelect = () => run("tool", "quote");
  if (document.getSelection()?.rangeCount) onSelect();
  else document.addEventListener("selectionchange", onSelect, { once: true, signal });
});

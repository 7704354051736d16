// Brings the program's style before anything needs it.
import { tool } from "./lib/tool.js";

export default tool((context) => {
  // Whoever selects something may want to quote it.
  const onSelect = () => context.run("tool", "quote");
  document.addEventListener("selectionchange", onSelect, { once: true });
});

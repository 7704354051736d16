// Signs in, for a button that stands where a composer would.
import { tool } from "./lib/tool.js";
import { sign } from "./lib/sign.js";

export default tool((context) => {
  if (context.adapter) return sign(context, "in");
  // The site knows its readers; how they sign in there is its own business.
  const wanted = new CustomEvent("afterword:login", { bubbles: true, composed: true, cancelable: true });
  if (context.host.dispatchEvent(wanted)) context.run("trouble", context.text("tool-sign-in-site"));
});

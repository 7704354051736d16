// Signs in, for a button that stands where a composer would.
import { sign } from "./lib/sign.js";
import { tool } from "./lib/tool.js";

export default tool((context) => sign(context, "in"));

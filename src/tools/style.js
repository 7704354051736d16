// Brings the program's style before anything needs it.
import { tool } from "./lib/tool.js";

export default tool(() => {});

// What dialogs of adapters begin with: where they stand, what they look like, and in which words they ask.
import english from "../../tools/english.json";
import { dress } from "../../tools/lib/style.js";

const TEXTS = { ...english, "sign-in": "Sign in" };

/** What `src/tools/lib/dialog.js` wants to know. */
export const context = async ({ host, messages }) => {
  const root = host.shadowRoot.querySelector(".aw");
  // Without its style it works all the same.
  await dress(root).catch(console.warn);
  return { root, text: (key) => messages?.[key] ?? TEXTS[key] ?? key };
};

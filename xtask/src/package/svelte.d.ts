import type { AfterwordComments, Attributes as Given } from "./index.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "afterword-comments": HTMLAttributes<AfterwordComments> & Given;
  }
}

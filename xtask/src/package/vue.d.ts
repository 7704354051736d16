import type { Attributes as Given } from "./index.js";

declare module "vue" {
  interface GlobalComponents {
    "afterword-comments": new () => { $props: Given };
  }
}

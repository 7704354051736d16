import type { AfterwordComments, Attributes as Given } from "./index.js";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "afterword-comments": DetailedHTMLProps<HTMLAttributes<AfterwordComments>, AfterwordComments> &
        Given;
    }
  }
}

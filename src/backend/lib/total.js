// For backends that know no count but that of the comments that they tell.
import { comment } from "./tidy.js";
import { whole } from "./whole.js";

/** How many comments the widget would show of these. */
export const total = (comments) => whole(comments.map(comment).filter(Boolean)).total;

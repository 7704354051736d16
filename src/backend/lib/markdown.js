// Markdown for servers that take none. Who posts or looks at a preview brings it: it is larger than the rest.
export { Marked } from "marked";

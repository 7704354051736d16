/*!
 * marked, a Markdown parser (https://github.com/markedjs/marked)
 * Copyright (c) 2018-2026, MarkedJS. Copyright (c) 2011-2018, Christopher Jeffrey. MIT License.
 */
// Markdown for servers that take none. Who posts or looks at a preview brings it: it is larger than the rest.
export { Marked } from "marked";

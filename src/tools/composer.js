// What helps to write, for a composer that has got the focus: `detail` is the empty element that the
// composer keeps for it. Everything here works on the text field as typing does, so that it can be
// undone, and is kept as a draft.
import { recall, remember } from "./composer/caret.js";
import { complete } from "./composer/complete.js";
import { grow } from "./composer/grow.js";
import { insert, onEnter, onPaste } from "./composer/edit.js";
import { images } from "./composer/images.js";
import { toolbar } from "./composer/toolbar.js";
import { greet, reader } from "./composer/reader.js";
import { watch } from "./lib/proof.js";
import { follow } from "./lib/readers.js";
import { mailbox } from "./composer/mailbox.js";
import { slow } from "./lib/slow.js";
import { tool } from "./lib/tool.js";
import { isComposing } from "./lib/typing.js";

export default tool((context) => {
  const place = context.detail;
  const form = place.closest("form");
  const field = form?.querySelector("textarea");
  // It may have been closed meanwhile, or asked for twice.
  if (!field || place.firstChild) return;
  const bar = toolbar(context, form, field);
  place.append(bar.element);
  bar.add("emoji", () => context.run("tool", "emoji", (emoji) => {
    recall(field);
    insert(field, emoji);
  }));
  const most = +place.dataset.images;
  if (most) images(context, field, bar, most);
  if (context.service?.login) place.append(reader(context));
  else if (!context.adapter) follow(context, (who) => greet(context, place, who));
  const list = complete(context, field, place);
  field.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    // The list has its keys first: Enter chooses there.
    list.onKey(event) || bar.onShortcut(event) || onEnter(field, event);
  });
  field.addEventListener("paste", (event) => onPaste(field, event));
  remember(field);
  grow(field);
  // Only our own server wants work to be done; a changed comment has done its own.
  if (!context.adapter && !/^text-edit:/.test(field.id)) watch(form, context.api, context.site);
  slow(context, form);
  mailbox(context, form);
});

// Images: pasted, dropped, or chosen; described, sent, and shown in the text by their address.
import { call } from "../lib/call.js";
import { dialog, make } from "../lib/dialog.js";
import { recall } from "./caret.js";
import { block, insert } from "./edit.js";
import { plain } from "./quoting.js";

const TYPES = "image/png,image/jpeg,image/webp,image/gif";
/** What the server keeps at most, in pixels: more need not travel. */
const SIDE = 1600;

/** A file that the server takes: what is larger is made smaller here. */
const fitting = async (file, most) => {
  if (file.size <= Math.min(most, 1_500_000)) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = make("canvas", { width: bitmap.width * scale, height: bitmap.height * scale });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // What can be seen through stays so.
    const type = file.type == "image/jpeg" ? "image/jpeg" : "image/png";
    const smaller = await new Promise((done) => canvas.toBlob(done, type, 0.9));
    return smaller && smaller.size < file.size ? smaller : file;
  } catch {
    // The server may know how to read it.
    return file;
  }
};

/** Where the image is, as a text shows it; throws a sentence. */
const send = async (context, file, most) => {
  const { text } = context;
  const body = await fitting(file, most);
  if (body.size > most) throw text("tool-image-large");
  const { src } = await call(context, "/images", { body });
  // It goes into the text as it is.
  if (!/^\/images\/[\w.-]+$/.test(src)) throw text("tool-fail-server");
  return src;
};

/** Asks for a description, sends the image, and puts it into the field. Whether it did, at last. */
const add = (context, field, file, most) => {
  const { text, say } = context;
  const address = URL.createObjectURL(file);
  const shown = make("img", { className: "image-shown", src: address, alt: text("tool-image-preview") });
  const alt = make("input", { className: "field", dir: "auto", maxLength: 500, required: true });
  const label = make("label", { className: "image-alt" }, make("span", { className: "field-label" }, text("tool-image-alt")), alt);
  const error = make("p", { className: "composer-error image-error", role: "alert", hidden: true });
  const button = make("button", { className: "button button-primary" }, text("tool-image-add"));
  const form = make("form", { className: "image-form", noValidate: true }, shown, label, error, button);
  const element = dialog(context, text("tool-image"), form);
  let done;
  const fail = (sentence = "") => {
    error.hidden = !sentence;
    error.textContent = sentence;
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button.ariaDisabled == "true") return;
    const words = alt.value.trim();
    if (!words) {
      fail(text("tool-image-no-alt"));
      return alt.focus();
    }
    fail();
    button.ariaDisabled = "true";
    button.textContent = text("tool-wait");
    try {
      const src = await send(context, file, most);
      done = `![${plain(words)}](${src})`;
      element.close();
    } catch (failure) {
      fail(String(failure));
    } finally {
      button.ariaDisabled = null;
      button.textContent = text("tool-image-add");
    }
  };
  alt.focus();
  const onClose = () => {
    URL.revokeObjectURL(address);
    if (!done || !field.isConnected) return false;
    recall(field);
    // In a line of its own, unless it is put into one.
    if (field.value.slice(0, field.selectionStart).endsWith("\n") || !field.value) insert(field, done + "\n");
    else block(field, done);
    say(text("tool-image-added"));
    return true;
  };
  return new Promise((resolve) => element.addEventListener("close", () => resolve(onClose())));
};

const isImage = (file) => file.type.startsWith("image/");

/** Says that a file is no image. */
const refuse = (context) => {
  const { text } = context;
  dialog(context, text("tool-image"), make("p", { className: "tool-trouble", role: "alert" }, text("tool-image-invalid")));
};

/** Takes images for a field: pasted, dropped, or by a button of the toolbar. `most` in bytes. */
export const images = (context, field, toolbar, most) => {
  // One after the other, until the reader has had enough.
  const take = async (files) => {
    for (const file of files.filter(isImage)) if (!(await add(context, field, file, most))) return;
    if (!files.every(isImage)) refuse(context);
  };
  toolbar.add("image", () => {
    const input = make("input", { type: "file", accept: TYPES, multiple: true });
    input.onchange = () => take([...input.files]);
    input.click();
  });
  const form = field.form;
  const onData = (event) => {
    const { files, types } = event.clipboardData || event.dataTransfer;
    // A table of a calculation comes as a picture as well: its words count.
    const isTaken = files.length && !types.includes("text/plain");
    if (isTaken) take([...files]);
    // What is dropped beside the field would be opened in place of the page.
    else if (event.type == "paste" || event.target == field || !types.includes("Files")) return;
    event.preventDefault();
  };
  field.addEventListener("paste", onData);
  form.addEventListener("drop", onData);
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
};

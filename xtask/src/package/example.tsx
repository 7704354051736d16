// Not a part of the package: the compiler reads it, to see that the types say what they should.
import { define, mount, registerBackend } from "afterword";
import type { AfterwordComments, Options } from "afterword";
import type {} from "afterword/react";
import { useEffect, useRef } from "react";

const options: Options & { api: string } = { api: "https://comments.example.org", sort: "oldest" };
const made: AfterwordComments = mount("#comments", options);
made.addEventListener("afterword:posted", (event) => {
  const id: string = event.detail.id;
  console.log(id);
});
document.addEventListener("afterword:ready", (event) => console.log(event.detail));
made.update({ pageId: "/two", pageSize: 20, sort: null });
made.update();
made.setTheme("follow");
made.setTheme(null);
made.destroy().then(() => made.load());
document.querySelector("afterword-comments")?.reload();
define("https://comments.example.org").catch(console.warn);

registerBackend("mine", {
  offers: "post reply oldest",
  list: async ({ sort, limit }) => ({ comments: [{ id: 1, html: `<p>${sort} ${limit}</p>` }], votes: "up" }),
  create: ({ text, parent }) => ({ comment: { id: 2, parent, html: text, created: new Date() } }),
});
registerBackend("of settings", ({ pageId }) => ({
  offers: ["oldest"],
  list: () => ({ branches: [{ root: { id: pageId ?? "", html: "" } }], next: 2 }),
}));
// @ts-expect-error A backend has a list.
registerBackend("none", { offers: "post" });
// @ts-expect-error There is no such theme.
made.setTheme("purple");
// @ts-expect-error The server must be named.
mount(document.body, { pageId: "/one" });
// @ts-expect-error A number is no order.
made.update({ sort: 3 });

export function Comments({ pageId }: { pageId: string }) {
  const element = useRef<AfterwordComments>(null);
  useEffect(() => element.current?.update({ pageId }), [pageId]);
  return <afterword-comments ref={element} data-page-id={pageId} data-theme="auto" className="x" />;
}

// @ts-expect-error There is no such order.
export const wrong = <afterword-comments data-sort="loudest" />;

// What a reader does on a page that has long been there, and what comes of it.
//
// A deed is timed from the browser's event until the first task after the frame in which its effect
// was seen, as in probe.js. Beside it is told how many frames began by then.
(() => {
  const { all, find, takesInput, until, idle } = probe;
  let isActive = false;
  addEventListener("afterword:active", () => (isActive = true));

  const { port1, port2 } = new MessageChannel();
  let timed;
  const watch = (type, seen) => {
    timed = new Promise((resolve) => {
      const begin = ({ timeStamp }) => {
        let frames = 0;
        port1.onmessage = () => resolve({ ms: performance.now() - timeStamp, frames });
        const frame = () => {
          frames++;
          if (seen()) port2.postMessage(0);
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      };
      addEventListener(type, begin, { capture: true, once: true });
    });
  };

  // Elements of the conversations in view. Others are not laid out, and asking where they are would
  // have them be.
  const inView = (selector) =>
    all(".comments > .branch")
      .filter((branch) => {
        const { top, bottom } = branch.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      })
      .flatMap((branch) => [...branch.querySelectorAll(selector)]);
  const isWhole = (element) => {
    const { top, bottom, width } = element.getBoundingClientRect();
    return width > 0 && top > 0 && bottom < innerHeight;
  };
  const isSeen = (element) => {
    const { top, bottom, width } = element.getBoundingClientRect();
    return width > 0 && bottom > 50 && top < innerHeight - 50;
  };
  // From the middle of the thread on, another conversation each time.
  let next = 0;
  const goOn = (isAgain) => {
    const branches = all(".comments > .branch");
    if (!isAgain) next++;
    branches[(branches.length >> 1) + next].scrollIntoView({ behavior: "instant" });
  };
  const scrollToTop = () => scrollTo({ top: 0, behavior: "instant" });

  // Beside the thread, with neither style nor script of it.
  const own = () => {
    const known = document.getElementById("own");
    if (known) return known;
    const own = document.createElement("p");
    own.id = "own";
    own.innerHTML =
      '<button type="button" aria-pressed="false">Press</button> <textarea rows="3" style="field-sizing: content; min-height: 3lh"></textarea>';
    own.firstChild.onclick = ({ target }) => {
      const isPressed = target.ariaPressed == "true";
      target.ariaPressed = !isPressed;
      target.style.color = isPressed ? "" : "red";
    };
    document.querySelector("article").prepend(own);
    return own;
  };
  const ownButton = () => own().querySelector("button");
  const ownField = () => own().querySelector("textarea");
  const field = () => find(".thread > .composer textarea");
  const folded = () => find('.fold[aria-expanded="false"]');
  const has = (element, name, value) => () => element.getAttribute(name) == value;
  const writes = (place) => ({
    go: scrollToTop,
    at: place,
    on: "keydown",
    // The tools come with the focus.
    ready: (field) => until(() => !field.matches(".composer :has(+ .composer-tools:empty)")),
    seen(field) {
      const { length } = field.value;
      return () => field.value.length > length;
    },
  });
  // Below so many lines, another one makes the field no higher.
  const grows = (place) => ({
    ...writes(place),
    async ready(field) {
      await writes(place).ready(field);
      if (field.value.split("\n").length >= 3) return;
      field.value = "One line,\nanother,\nand one more.";
      field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    },
  });

  const deeds = {
    press: {
      go: scrollToTop,
      at: ownButton,
      seen: (button) => has(button, "aria-pressed", button.ariaPressed == "true" ? "false" : "true"),
    },
    type: writes(ownField),
    line: grows(ownField),
    vote: {
      go: goOn,
      at: () => inView('.vote:not(.is-down)[aria-pressed="false"]').find(isWhole),
      seen: (button) => has(button, "aria-pressed", "true"),
    },
    fold: {
      go: goOn,
      at: () => inView(':scope > .answers > .fold[aria-expanded="true"]').find(isSeen),
      seen: (button) => has(button, "aria-expanded", "false"),
    },
    unfold: {
      go: () => folded().scrollIntoView({ block: "center", behavior: "instant" }),
      at: folded,
      seen: (button) => has(button, "aria-expanded", "true"),
    },
    reply: {
      go: goOn,
      at: () => inView('.comment-actions > [aria-label^="Reply to "]').findLast(isWhole),
      seen: () => () => {
        const field = find(".branch > .composer textarea");
        return field && takesInput(field);
      },
      after: () => find(".branch > .composer .composer-cancel").click(),
    },
    typeInThread: writes(field),
    lineInThread: grows(field),
    search: {
      go: scrollToTop,
      at: () => find("#search-field"),
      on: "keydown",
      seen: () => () => find(".found > li"),
    },
    more: {
      go: () => find(".thread > .more").scrollIntoView({ block: "center", behavior: "instant" }),
      at: () => find(".thread > .more > .button"),
      seen() {
        const before = all(".comments > .branch").length;
        return () => all(".comments > .branch").length > before;
      },
    },
  };

  const frame = () => new Promise(requestAnimationFrame);
  const rest = async () => {
    await frame();
    await frame();
    await idle();
  };

  window.hands = {
    // Where the reader comes near the thread, so that the program comes.
    async come() {
      await probe.settled();
      const { x, y } = field().getBoundingClientRect();
      return { x: x + 20, y: y + 20 };
    },
    async active() {
      await until(() => isActive);
      await rest();
      return null;
    },
    // When the first comment was there.
    async opened() {
      return { ms: (await probe.settled()).first, frames: 0 };
    },
    async rests() {
      await rest();
      return null;
    },
    // Where the reader has to do it. Everything that needs layout has been asked for by then.
    async aim(name) {
      const deed = deeds[name];
      deed.go?.();
      await rest();
      // What comes into view may turn out to be higher than it was taken for.
      deed.go?.(true);
      await rest();
      const element = deed.at();
      if (!element) throw Error(`nothing to ${name}`);
      if (deed.on) element.focus({ preventScroll: true });
      await deed.ready?.(element);
      await rest();
      watch(deed.on ?? "pointerup", deed.seen(element));
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const [from, to] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
      return { x: (left + right) / 2, y: (from + to) / 2 };
    },
    // How long it took until it was seen.
    async took(name) {
      const result = await timed;
      await rest();
      deeds[name].after?.();
      await rest();
      return result;
    },
    async opensSearch() {
      find(".search-open").click();
      await until(() => find("#search-field"));
      await rest();
      return null;
    },
    async asks(words) {
      find(".found")?.replaceChildren();
      find("#search-field").value = words;
      return null;
    },
    // How long it takes to be answered, when nobody shows the answer.
    async fetches(address) {
      const begun = performance.now();
      const answer = await fetch(address, { cache: "no-store" });
      if (!answer.ok) throw Error(answer.status);
      await answer.json();
      return { ms: performance.now() - begun, frames: 0 };
    },
    // The longest frame on the way to the end, half a window in each: from its beginning until the
    // first task after it.
    async scrolls() {
      await probe.settled();
      scrollToTop();
      await rest();
      let ms = 0;
      const end = () => scrollY + innerHeight + 1 >= document.documentElement.scrollHeight;
      for (;;) {
        const took = await new Promise((resolve) => {
          requestAnimationFrame(() => {
            const begun = performance.now();
            scrollBy({ top: innerHeight / 2, behavior: "instant" });
            port1.onmessage = () => resolve(performance.now() - begun);
            port2.postMessage(0);
          });
        });
        ms = Math.max(ms, took);
        if (end()) return { ms, frames: 0 };
      }
    },
  };
})();

// Runs in the page before anything of its own, and notes when what is there has been drawn.
//
// In each frame it looks for what it has not found yet. What is in the document then is laid out
// and painted in the rest of that frame; a message sent to itself is the first that runs after it,
// and takes the time. All times are milliseconds since the navigation began.
(() => {
  const roots = [document];
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    roots.push(root);
    return root;
  };
  // No developer tool tells how much memory a module has: what is made here is kept in sight.
  const memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await make.apply(WebAssembly, given);
      for (const it of Object.values((made.instance ?? made).exports))
        if (it instanceof WebAssembly.Memory) memories.add(it);
      return made;
    };
  }
  const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const find = (selector) => {
    for (const root of roots) {
      const found = root.querySelector(selector);
      if (found) return found;
    }
  };
  const inView = (element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return height > 0 && bottom > 0 && top < innerHeight && element.checkVisibility();
  };
  const takesInput = (field) => inView(field) && !field.disabled && !field.readOnly;

  const marks = {};
  const wanted = {
    first: () => find(".comments > .branch > .comment"),
    last: () => all(".comment").length >= COMMENTS && find(".comment"),
    composer: () => find(".thread > .composer textarea"),
    reply: () => marks.intent && find(".branch > .composer textarea"),
    target: () => location.hash && find(location.hash),
  };
  const passes = {
    first: inView,
    last: () => true,
    composer: takesInput,
    reply: takesInput,
    target: inView,
  };
  const { port1, port2 } = new MessageChannel();
  let seen = [];
  const frame = () => {
    seen = Object.keys(wanted)
      .filter((name) => !marks[name])
      .map((name) => [name, wanted[name]()])
      .filter(([, element]) => element);
    if (seen.length) port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  port1.onmessage = () => {
    const now = performance.now();
    for (const [name, element] of seen) if (passes[name](element)) marks[name] ??= now;
  };
  requestAnimationFrame(frame);
  addEventListener("pointerdown", (event) => (marks.intent ??= event.timeStamp), true);

  const tasks = [];
  const shifts = [];
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
      type,
      buffered: true,
    });
  observe("longtask", ({ duration }) => tasks.push(duration));
  observe("layout-shift", ({ startTime, value, sources }) => {
    const tops = sources.map((source) => source.previousRect.top);
    shifts.push({ at: startTime, value, top: Math.min(...tops) });
  });

  const sum = (entries) => entries.reduce((total, { value }) => total + value, 0);
  const until = (condition) =>
    new Promise((resolve) => {
      const look = () => (condition() ? resolve() : requestAnimationFrame(look));
      look();
    });
  const idle = () => new Promise((resolve) => requestIdleCallback(resolve));
  // Where things stand on the page that a take-over must not move.
  const places = () =>
    [".thread-title", ".thread > .composer", ".comments > .branch > .comment"].map(
      (selector) => find(selector).getBoundingClientRect().top + scrollY,
    );
  let button, before;

  window.probe = {
    all,
    find,
    takesInput,
    until,
    idle,
    // When all is there and nothing more happens by itself.
    async settled() {
      await until(() => marks.first && marks.last && marks.composer);
      await until(() => document.readyState == "complete");
      await idle();
      await idle();
      return {
        origin: performance.timeOrigin,
        first: marks.first,
        last: marks.last,
        composer: marks.composer,
        tasks: [...tasks],
        shift: sum(shifts),
        wasm: [...memories].reduce((total, { buffer }) => total + buffer.byteLength, 0),
      };
    },
    // When the comment is in view that the address points at.
    async arrived() {
      await until(() => marks.target);
      return { ms: marks.target, frames: 0 };
    },
    // Where the last Reply button that is wholly in view is, so that most of the view is above it.
    reply() {
      const buttons = all('.comment-actions > [aria-label^="Reply to "]');
      const visible = buttons.map((it) => it.getBoundingClientRect());
      button = visible.filter(({ top, bottom }) => top > 0 && bottom < innerHeight).at(-1);
      before = places();
      return { x: button.x + button.width / 2, y: button.y + button.height / 2 };
    },
    // When it has been answered, and what the answer moved that stands above it. What stands
    // below makes way for the composer.
    async answered() {
      await until(() => marks.reply);
      await idle();
      const after = places();
      const isAbove = ({ at, top }) => at >= marks.intent && top < button.top;
      return {
        took: marks.reply - marks.intent,
        at: marks.reply,
        shift: sum(shifts.filter(isAbove)),
        moved: Math.max(...after.map((top, index) => Math.abs(top - before[index]))),
      };
    },
  };
})();

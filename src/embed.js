// Afterword's loader: the one script that a site owner embeds. A classic script, because only
// those know which tag runs them, and with it their own origin and the tag's attributes. It
// defines <afterword-comments>, and brings the style and the Wasm when a reader comes near.
// `cargo xtask size` asserts what a browser downloads of it.
(() => {
  // Where the other files are, from here. A release has them in a directory named by their hash.
  const ASSETS = "./";

  const TAG = "afterword-comments";
  // Units of time in seconds, largest first; months and years are the mean ones.
  const UNITS = { year: 31556952, month: 2629746, week: 604800, day: 86400, hour: 3600, minute: 60 };
  // How pages say that they are dark.
  const DARK = ".dark,[data-theme=dark],[data-bs-theme=dark]";
  // Some sites' tools run scripts later, which hides the tag: then the first that looks like ours.
  const script = document.currentScript || document.querySelector("script[src*=embed]");
  const assets = new URL(ASSETS, script.src).href;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // What the owner wants of an element. Strings alone, so that two of these can be compared.
  const settings = (host) => {
    const tag = host.tag || script;
    // The element's own attributes, before those of the script that it stands for.
    const given = { ...tag.dataset, ...host.dataset };
    const canonical = document.querySelector("link[rel=canonical]")?.href;
    // An anchor takes an address apart, and unlike `URL` doesn't throw at a bad one.
    const address = (href) => make("a", { href });
    return {
      ...given,
      api: address(given.api || new URL(".", tag.src)).href.replace(/\/$/, ""),
      // Never the query or the hash: they differ between links to the same article.
      pageId: given.pageId || address(canonical || location).pathname,
      pageTitle: given.pageTitle || document.title,
      pageUrl: canonical || location.href.split("#")[0],
      lang: given.lang || host.closest("[lang]")?.lang || document.documentElement.lang || "en",
    };
  };

  // What makes a thread another one. Not its page's title and address: they change for many reasons.
  const identity = (options) => JSON.stringify({ ...options, pageTitle: 0, pageUrl: 0 });

  // The page's keyboard shortcuts must not fire while a reader types. Escape and Tab pass: a
  // dialog that holds the comments closes by the one and keeps the focus by the other.
  const onkey = (event) => {
    /Esc|Tab/.test(event.key) || event.stopPropagation();
  };

  // For all elements of the page one promise of a style sheet, and one of start.js and the Wasm;
  // and start.js itself.
  let style, wasm, program;
  // Browsers may remember for good that an import failed: hence a new address for each try.
  let tries = "";

  const get = async (address) => {
    const found = await fetch(address);
    if (found.ok) return found.text();
    throw Error(found.status);
  };

  // Whether the page's address leads to a comment or to moderating, or something is selected that may be
  // quoted.
  const isCalled = () => /^#(comment-|mode)/.test(location.hash) || getSelection()?.type == "Range";

  // What this browser keeps. One that keeps nothing has nothing, or throws.
  const kept = () => {
    try {
      return localStorage;
    } catch {}
  };

  // What tells the server the thread, and how it is to be drawn. What is not set is left out.
  const query = (options) => {
    const given = {
      site: options.site,
      page: options.pageId,
      title: options.pageTitle,
      url: options.pageUrl,
      lang: options.lang,
      sort: kept()?.["afterword:sort"] || options.sort,
      limit: options.pageSize,
      max_depth: options.maxDepth,
    };
    return "?" + new URLSearchParams(JSON.parse(JSON.stringify(given)));
  };

  // A server tells days, in UTC; this tells how long ago it was, just as the Wasm does.
  const tellTimes = (root, lang) => {
    const format = (numeric) => new Intl.RelativeTimeFormat(lang, { numeric });
    const relative = format("always");
    const now = format("auto").format(0, "second");
    for (const time of root.querySelectorAll("time")) {
      const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
      const unit = Object.keys(UNITS).find((unit) => age >= UNITS[unit]);
      time.textContent = unit ? relative.format(-(age / UNITS[unit]) | 0, unit) : now;
    }
  };

  const embed = (host) => {
    // Leptos must not mount into the shadow root itself: it needs an element around its view.
    const root = make("div", {
      className: "aw",
      part: "root",
      onkeydown: onkey,
      onkeypress: onkey,
      onkeyup: onkey,
    });
    const shadow = host.attachShadow({ mode: "open" });
    // Whether a reader is near, or need not be.
    let wanted;
    // The settings of the present thread. Whatever another one still awaits is void.
    let current;
    let widget;
    // What a server says about the thread that it has drawn; what brings the Wasm to that, and
    // whether it is on its way.
    let data, hydrate, begun;
    // The button, or the link that looks like one, that was pressed meanwhile.
    let pressed;

    const free = () => {
      widget?.free();
      widget = hydrate = pressed = begun = null;
      root.replaceChildren();
    };

    const notify = (name, detail = {}) =>
      host.dispatchEvent(
        new CustomEvent("afterword:" + name, { bubbles: true, composed: true, detail }),
      );

    // The style, and as soon as it is there, about as much room as comments take, so that the page
    // doesn't jump when they come.
    const dress = async (options) => {
      style ??= get(assets + "afterword.css").then((css) => new CSSStyleSheet().replace(css));
      shadow.adoptedStyleSheets = [await style];
      // Where something stands already, it came before the style sheet.
      if (current == options && !root.firstChild)
        root.append(
          make(
            "div",
            { className: "skeleton" },
            make("p"),
            make("p"),
            make("p"),
          ),
        );
    };

    const start = (options) => {
      free();
      current = options;
      root.lang = options.lang;
      // The page's direction, unless the language has another one.
      root.dir = getComputedStyle(host).direction;
      // Nobody who is asked by an adapter has HTML. Of names, few come before "afterword": whoever has
      // one is asked in vain, and then it is as below.
      if (options.render == "client" || options.backend > "afterword") mount(options);
      // A server of another kind, or none: the Wasm knows what to say about that.
      else draw(options).catch(() => current == options && mount(options));
    };

    const fragment = (options) => get(options.api + "/api/v1/thread.html" + query(options));

    // Shows the thread as the server has drawn it.
    const draw = async (options) => {
      const included = host.querySelectorAll(".thread, .thread-data");
      const [thread] = await Promise.all([
        included[1] ? included : fragment(options),
        dress(options),
      ]);
      await show(options, thread);
      if (current != options) return;
      notify("ready");
      if (included[1] && options.refresh != "no") {
        // It may have been built into the page days ago.
        const json = data.innerHTML;
        const fresh = await fragment(options).catch(() => json);
        if (!fresh.includes(json)) await show(options, fresh);
      }
    };

    // `thread` is HTML, or a list of elements of the page.
    const show = async (options, thread) => {
      let box = make("div");
      if (thread.item) box = { childNodes: thread };
      else if (!assets.startsWith(new URL("/", options.api)))
        await (await import(assets + "clean.js")).show(box, thread);
      // What comes from where this very script came is trusted as that is. Only, a page's policy
      // may let no script write HTML but in this way, which takes no longer.
      else if (box.setHTML) box.setHTML(thread, { sanitizer: {} });
      else box.innerHTML = thread;
      // To read a long thread is one task, to lay it out another: the page can answer in between.
      await new Promise(setTimeout);
      // Nothing takes the place of what somebody is about to use.
      if (begun || current != options) return;
      const active = document.activeElement;
      root.replaceChildren(...box.childNodes);
      if (root.contains(active)) active.focus();
      data = root.querySelector(".thread-data");
      data.remove();
      tellTimes(root, data.dataset.locale);
      begun = 0;
      hydrate = () => begun++ || mount(options, data);
      const { effectiveType, saveData } = navigator.connection || {};
      if (isCalled() || isMine(options)) hydrate();
      // Readers who save data, or wait long for it, get no Wasm: the forms work without.
      else if (saveData || /2g/.test(effectiveType)) rest();
      else if (options.hydrate == "idle") root.onpointercancel();
    };

    // Whether this browser has something to add: a draft, what was not sent yet, or whose comments
    // are the reader's own.
    const isMine = ({ api, site = "", pageId }) => {
      for (const key in kept())
        if (
          key.startsWith(`afterword:${api}:${site}:${pageId}:`) ||
          // A token's name ends with the comment's id.
          shadow.getElementById("comment-" + key.replace(/.*:/, ""))
        )
          return 1;
    };

    // Leaves everything to the thread's own forms.
    const rest = () => {
      hydrate = root.ariaBusy = null;
      // Nothing moves, because it is about as long: somebody may be about to press a button.
      root.querySelector(".composer-hint").textContent = data.dataset.note;
      pressed?.click();
    };

    // A finger that scrolls the thread is here to read it: what marks and tells more comes when there
    // is time.
    root.onpointercancel = () => (window.requestIdleCallback || setTimeout)(() => hydrate?.());

    // A mouse that is here, a tap, or a field that has the focus are about to do something.
    root.onmouseover = () => hydrate?.();
    root.addEventListener("focusin", root.onmouseover);
    root.addEventListener(
      "click",
      (event) => {
        // What is not taken over yet is now.
        widget?.reach(event.target);
        const button = event.target.closest(".button,.text-button");
        if (widget || !hydrate || !button) return;
        event.preventDefault();
        pressed = button;
        root.ariaBusy = true;
        hydrate();
        // Who has waited for so long is served by a page.
        setTimeout(() => pressed == button && !widget && hydrate && rest(), 8000);
      },
      true,
    );

    // Brings the Wasm: to take over what the server has drawn, or to draw the thread itself.
    const mount = async (options, found) => {
      const isVoid = () => current != options || (found && !hydrate);
      const given = { ...options, ...found?.dataset, host };
      try {
        wasm ??= Promise.all([
          import(assets + "start.js" + tries),
          fetch(assets + "afterword_bg.wasm"),
        ]);
        const [texts] = await Promise.all([
          wasm.then(([core, wasm]) => (program = core).open(wasm, given)),
          dress(options),
        ]);
        if (isVoid()) return;
        widget = program.mount(root, given, texts, found?.content.textContent);
        root.ariaBusy = null;
        pressed?.click();
      } catch (error) {
        // Whoever asks next starts afresh.
        style = wasm = null;
        tries += "?";
        if (isVoid()) return;
        console.warn(error);
        // Without a connection a page would come no sooner, and take what was typed away.
        if (found) navigator.onLine ? rest() : (root.ariaBusy = begun = null);
        else
          root.replaceChildren(
            make(
              "div",
              { className: "notice notice-error", role: "alert" },
              make("p", {}, "The comments could not be loaded."),
              make("button", { className: "button", onclick: () => start(options) }, "Try again"),
            ),
          );
        // Which of it helps, and what it is called in the reader's language.
        program?.explain(root, given, error);
        notify("error", error);
      }
    };

    /** Shows the comments now, whatever `data-loading` says. */
    host.load = () => settle((wanted = true));

    /** Sets attributes by their names in `dataset`, or removes those that are null; and looks at
        the page's address again. */
    host.update = (options) => {
      Object.assign(host.dataset, options);
      for (const name in options) options[name] ?? delete host.dataset[name];
      settle();
    };

    /** Sets `data-theme`. */
    host.setTheme = (theme) => host.update({ theme });

    /** Shows the comments anew. */
    host.reload = () => settle((current = 0));

    /** Takes the comments away, until `load()` is called or the element is put in anew. */
    host.destroy = () => settle((wanted = null));

    /** Brings about what the page and the attributes say by now. */
    const settle = (host.settle = async () => {
      // Moving is removing and adding, and a script sets one attribute after the other: what
      // counts is how things stand when it is done.
      await 0;
      near.disconnect();
      watch.disconnect();
      if (!host.isConnected) wanted = 0;
      if (!host.isConnected || wanted === null) {
        free();
        if (current) notify("destroyed");
        return (current = 0);
      }
      const { theme, loading, ...options } = settings(host);
      watch.observe(host, { attributes: true });
      if (theme == "follow") watch.observe(document.documentElement, { attributes: true });
      root.dataset.theme =
        theme != "follow" ? theme || "auto" : host.closest(DARK) ? "dark" : "light";
      if (!wanted && loading != "manual") {
        wanted = loading == "eager" || isCalled();
        near.observe(host);
      }
      if (wanted && identity(options) != identity(current)) start(options);
      else if (isCalled()) hydrate?.();
    });

    const near = new IntersectionObserver(
      (entries) => entries.pop().isIntersecting && host.load(),
      { rootMargin: "600px" },
    );
    const watch = new MutationObserver(settle);
    shadow.append(root);
  };

  // A second script has its elements served by the first one's class.
  customElements.get(TAG) ||
    customElements.define(
      TAG,
      class extends HTMLElement {
        constructor() {
          super();
          embed(this);
        }
        connectedCallback() {
          this.settle();
        }
        disconnectedCallback() {
          this.settle();
        }
        // Being there, it keeps `moveBefore()` from calling the other two.
        connectedMoveCallback() {}
      },
    );

  // The owner's elements have the comments. Where there are none, an element stands where the
  // script stands; one alone, also when the same tag is there twice.
  const place = () => {
    for (const host of document.querySelectorAll(TAG))
      if (!host.tag || host.tag.isEqualNode(script)) return;
    const host = make(TAG, { tag: script });
    if (script.closest("body")) script.after(host);
    else document.body.append(host);
  };
  if (document.readyState == "loading") addEventListener("DOMContentLoaded", place);
  else place();
  const settle = () => {
    for (const host of document.querySelectorAll(TAG)) host.settle();
  };
  // A link on the page to one of its comments.
  addEventListener("hashchange", settle);
  // While somebody types it changes all the time.
  document.addEventListener("selectionchange", () => isCalled() && settle());
})();

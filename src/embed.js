// Afterword's loader: the one script that a site owner embeds. A classic script, because only
// those know which tag runs them, and with it their own origin and the tag's attributes. It
// defines <afterword-comments>, and brings the style and the Wasm when a reader comes near.
// `cargo xtask size` asserts what a browser downloads of it.
(() => {
  // Where the other files are, from here. A release has them in a directory named by their hash.
  const ASSETS = "./";
  // The languages with a file in locales/, "pt-BR" before "pt". English is inside the Wasm.
  const LOCALES = ["ar", "de"];

  const TAG = "afterword-comments";
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

  // The page's keyboard shortcuts must not fire while a reader types. Escape and Tab pass: a
  // dialog that holds the comments closes by the one and keeps the focus by the other.
  const onkey = (event) => {
    /^(Escape|Tab)$/.test(event.key) || event.stopPropagation();
  };

  // For all elements of the page one promise of a style sheet, and one of the Wasm.
  let style, wasm;
  // Browsers may remember for good that an import failed: hence a new address for each try.
  let tries = "";

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
    // The settings of the present mount. Whatever another one still awaits is void.
    let current;
    let widget;

    const free = () => {
      widget?.free();
      widget = null;
      root.replaceChildren();
    };

    const mount = async (options) => {
      const { lang } = options;
      let messages = {};
      current = options;
      try {
        free();
        root.lang = lang;
        style ??= fetch(assets + "afterword.css").then(async (css) => {
          if (!css.ok) throw Error(css.status);
          return new CSSStyleSheet().replace(await css.text());
        });
        wasm ??= import(assets + "afterword.js" + tries).then(async (core) => {
          // It knows where its Wasm is: beside it.
          await core.default();
          return core;
        });
        const locale = LOCALES.find((name) => (lang + "-").startsWith(name + "-"));
        const [core] = await Promise.all([
          wasm,
          style.then((sheet) => {
            shadow.adoptedStyleSheets = [sheet];
            // About as high as comments are, so that the page doesn't jump when they come. Where
            // something stands already, the Wasm has failed before the style sheet was there.
            if (current == options && !root.firstChild)
              root.append(
                make(
                  "div",
                  { className: "skeleton", ariaHidden: true },
                  make("p"),
                  make("p"),
                  make("p"),
                ),
              );
          }),
          // Without its file a language is English, which is no reason to fail.
          locale &&
            fetch(assets + `locales/${locale}.json`)
              .then(async (found) => (messages = await found.json()))
              .catch(() => {}),
        ]);
        if (current != options) return;
        root.replaceChildren();
        // The page's direction, unless the owner chose another language than the page's.
        root.dir = messages.dir || getComputedStyle(host).direction;
        widget = core.mount(root, {
          ...options,
          host,
          messages: locale && messages,
          purify: () => import(assets + "purify.js"),
        });
      } catch (error) {
        // Whoever asks next starts afresh.
        style = wasm = undefined;
        if (current != options) return;
        console.warn(TAG, error);
        root.replaceChildren(
          make(
            "div",
            { className: "notice notice-error", role: "alert" },
            make("p", {}, messages["fail-load"] || "The comments could not be loaded."),
            // What a page's policy refuses to Wasm, the server's own page allows.
            options.backend == "local"
              ? ""
              : make(
                  "a",
                  {
                    href:
                      options.api +
                      "/thread?" +
                      new URLSearchParams({
                        site: options.site || "",
                        page: options.pageId,
                        title: options.pageTitle,
                        url: options.pageUrl,
                      }),
                    target: "_blank",
                  },
                  messages["open-thread"] || "Open them in a new tab",
                ),
            // Those are a network's errors, and it may recover; a policy or a browser won't.
            /^(Type)?Error$/.test(error.name)
              ? make(
                  "button",
                  {
                    className: "button",
                    onclick() {
                      tries += "?";
                      mount(options);
                    },
                  },
                  messages.retry || "Try again",
                )
              : "",
          ),
        );
        host.dispatchEvent(
          new CustomEvent("afterword:error", { bubbles: true, composed: true, detail: error }),
        );
      }
    };

    /** Shows the comments now, whatever `data-loading` says. */
    host.load = () => {
      wanted = true;
      settle();
    };

    /** Brings about what the page and the attributes say by now. */
    const settle = (host.settle = async () => {
      // Moving is removing and adding, and a script sets one attribute after the other: what
      // counts is how things stand when it is done.
      await 0;
      near.disconnect();
      if (!host.isConnected) {
        wanted = current = 0;
        return free();
      }
      const { theme, loading, ...options } = settings(host);
      root.dataset.theme = theme || "auto";
      if (!wanted && loading != "manual") {
        wanted = loading == "eager" || /^#comment-/.test(location.hash);
        near.observe(host);
      }
      if (wanted && JSON.stringify(options) != JSON.stringify(current)) mount(options);
    });

    const near = new IntersectionObserver(
      (entries) => entries.pop().isIntersecting && host.load(),
      { rootMargin: "600px" },
    );
    new MutationObserver(settle).observe(host, { attributes: true });
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
  // A link on the page to one of its comments.
  addEventListener("hashchange", () => {
    for (const host of document.querySelectorAll(TAG)) host.settle();
  });
})();

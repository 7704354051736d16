// Counts of comments, for lists of articles: in <afterword-count data-page-id="/article/"> and in
// every element with data-afterword-count="/article/". No Wasm, one request for all of them. What
// counts on other servers is brought where a page names one.
// `cargo xtask size` asserts what a browser downloads of it.
(() => {
  // Where the other files are, from here. A release has them in a directory named by their hash.
  const ASSETS = "./";
  // Most pages, and most characters, that are asked for at once.
  const MOST = 100;
  const LONGEST = 6000;

  const SELECTOR = "afterword-count,[data-afterword-count]";
  const script = document.currentScript || document.querySelector("script[src*=count]");
  // What was asked for each element.
  const asked = new WeakMap();
  let timer;

  const show = (element, count) => {
    const { dataset } = element;
    // A language that no browser knows is the reader's own.
    const { lang } = element.closest("[lang]") || {};
    const langs = /^[a-z]{2,3}(-|$)/i.test(lang) ? lang : [];
    const template =
      (!count && dataset.zero) ||
      dataset[new Intl.PluralRules(langs).select(count)] ||
      dataset.other ||
      "{n}";
    element.textContent = template.replace("{n}", () => count.toLocaleString(langs));
  };

  // `pages` has the elements by their pages' keys. What stands there stays where no answer comes.
  const ask = async (address, pages) => {
    try {
      const { counts } = await (await fetch(address)).json();
      for (const { page, count } of counts)
        for (const element of pages.get(page)) show(element, count);
    } catch (error) {
      console.warn(error);
    }
  };

  const look = () => {
    const canonical = document.querySelector("link[rel=canonical]");
    const own = new URL(canonical?.href || location).pathname;
    const addresses = new Map();
    // Elements and settings of those that other servers count.
    const others = [];
    for (const element of document.querySelectorAll(SELECTOR)) {
      const given = { ...script.dataset, ...element.dataset };
      const { api = new URL(".", script.src).href, site = "", backend = "afterword" } = given;
      // Of a link without a key, the page that it leads to.
      const page =
        element.dataset.afterwordCount || element.dataset.pageId || (element.pathname || own);
      const server = new URL(api, location).href.replace(/\/$/, "");
      const settings = { ...given, api: server, pageId: page, pageUrl: element.href || page };
      const question = JSON.stringify(settings);
      if (asked.get(element) == question) continue;
      asked.set(element, question);
      if (backend != "afterword") {
        others.push([element, settings]);
        continue;
      }
      const base = server + "/api/v1/counts?" + (site && "site=" + encodeURIComponent(site));
      const pages = addresses.get(base) || new Map();
      addresses.set(base, pages.set(page, [...(pages.get(page) || []), element]));
    }
    for (const [base, pages] of addresses) {
      let address = base;
      let number = 0;
      for (const page of pages.keys()) {
        const more = "&page=" + encodeURIComponent(page);
        if (number == MOST || (number && (address + more).length > LONGEST)) {
          ask(address, pages);
          address = base;
          number = 0;
        }
        address += more;
        number++;
      }
      ask(address, pages);
    }
    if (others[0])
      import(new URL(ASSETS + "backend/counts.js", script.src))
        .then(({ counts }) => counts(others, show))
        .catch(console.warn);
  };

  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      look();
    }, 50);
  };

  // Also what scripts add later, and where they change a key.
  new MutationObserver(soon).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-afterword-count", "data-page-id"],
  });
  if (document.readyState != "loading") soon();
})();

// Artalk 2 (https://artalk.js.org/en/develop/contributing.html, docs/swagger in its repository). `data-api` is
// the server's address, `data-site` the site's name there, and `data-zone` (`+08:00`) the time zone it runs in.
import { inPortions } from "./lib/counting.js";
import { address, json } from "./lib/http.js";
import { Refusal } from "./lib/refusal.js";
import { keep, recall } from "./lib/storage.js";

/** How many conversations come at a time, and how many times at most. */
const PORTION = 100;
const MOST = 50;
const QUARTER = 900_000;
/** Most pages that are counted by one request. */
const COUNTED = 100;

export const offers =
  "post reply name website email name-required email-required newest oldest top discussed unvote";
export const votes = "both";

const refused = ({ status, data }) => {
  const error = (kind, more) => Object.assign(new Refusal(kind, { status }), more);
  const says = (word) => String(data?.msg).toLowerCase().includes(word);
  if (data?.need_captcha) return error("rate-limited", { captcha: data });
  // Its owner's name and address, without their password; or it wants an account for all.
  if (data?.need_login || data?.need_auth_login || says("not allowed")) return error("login-required");
  if (data?.err_no_site) return error("site-unknown");
  if (says("email")) return error("email-required");
  if (says("link")) return error("website-invalid");
  if (says("parent") || says("cannot reply")) return error("parent-not-found");
  if (status == 404 && data) return error("not-found");
};

/** How many comments each page has. */
export const counts = (places) => {
  const { api, site = "" } = places[0];
  return inPortions(
    places.map(({ pageId }) => pageId),
    COUNTED,
    async (pages) => {
      const query = { site_name: site, page_keys: pages.join() };
      const { data } = (await json(address(api, "/api/v2/stats/page_comment", query), { refused })) ?? {};
      // It takes a list apart at commas, whatever stands around them: then there is no such page.
      return pages.map((page) => data?.[page]);
    },
  );
};

export default (options) => {
  const { api, pageId } = options;
  const site = options.site || "";
  const place = { page_key: pageId, site_name: site };
  const zone = `afterword:artalk:${api}:zone`;

  const ask = (path, given) => json(address(api, "/api/v2" + path, given?.query), { refused, ...given });
  // After some comments and votes of a minute it wants to see a person, and then the same again.
  const call = async (path, given) => {
    for (;;) {
      try {
        return await ask(path, given);
      } catch (error) {
        if (!error.captcha) throw error;
        const { solve } = await import("./lib/captcha.js");
        await solve(options, {
          image: error.captcha.img_data,
          frame: `${api}/api/v2/captcha`,
          isPassed: async () => (await ask("/captcha/status")).is_pass,
          // Nothing when it was right, or another image.
          verify: async (value) => {
            const wrong = (answer) =>
              answer.status == 403 && Object.assign(new Refusal(), { image: answer.data?.img_data ?? "" });
            try {
              await ask("/captcha/verify", { method: "POST", body: { value }, refused: wrong });
            } catch (error) {
              if (error.image === undefined) throw error;
              return error.image;
            }
          },
        });
      }
    }
  };

  // It tells the time of its own clock and not in which zone that is. What the owner says counts first, then
  // what a comment of this browser has shown, and then the reader's own zone, as with its own script.
  const shift = (latest) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(options.zone ?? "") ?? [];
    if (hours) return (sign == "-" ? -1 : 1) * (+hours * 60 + +minutes) * 60_000;
    const ahead = recall(zone) ?? -new Date().getTimezoneOffset() * 60_000;
    // Nobody has written tomorrow.
    const least = latest - Date.now() - 60_000;
    return least > ahead ? Math.ceil(least / QUARTER) * QUARTER : ahead;
  };
  const clock = (date) => Date.parse(String(date).replace(" ", "T") + "Z");

  const commentOf = (given, ahead) => ({
    id: given.id,
    parent: given.rid,
    author: given.nick,
    website: given.link,
    created: clock(given.date) - ahead,
    html: given.content_marked,
    status: given.is_pending ? "pending" : "published",
    pinned: given.is_pinned,
    up: given.vote_up,
    down: given.vote_down,
  });

  return {
    offers,
    list: async () => {
      const configured = ask("/conf").catch(() => ({}));
      const found = [];
      let incomplete = false;
      let page;
      for (let offset = 0; ; offset += PORTION) {
        // Without a limit it may be none at all.
        const query = { ...place, limit: PORTION, offset, flat_mode: false, sort_by: "date_desc" };
        let portion;
        try {
          portion = await ask("/comments", { query });
        } catch (error) {
          if (!offset) throw error;
        }
        if (!Array.isArray(portion?.comments)) {
          if (!offset) return {};
          incomplete = true;
          break;
        }
        page = portion.page;
        found.push(...portion.comments);
        const isMore = portion.comments.length && offset + PORTION < portion.roots_count;
        incomplete = isMore && offset / PORTION + 1 >= MOST;
        if (!isMore || incomplete) break;
      }
      // What only leads to others is not shown.
      const shown = found.filter((it) => it?.visible !== false);
      const times = shown.map((it) => clock(it?.date)).filter(Number.isFinite);
      const ahead = shift(Math.max(...times, 0));
      const { frontend_conf: front } = (await configured) ?? {};
      const words = offers.split(" ");
      const open = page?.admin_only ? words.slice(words.indexOf("newest")) : words;
      return {
        comments: shown.map((it) => it && commentOf(it, ahead)),
        votes: front?.vote === false ? "none" : front?.voteDown === false ? "up" : "both",
        limits: { textBytes: 60_000 },
        offers: open,
        incomplete,
      };
    },
    create: async ({ text, parent, author, email, website, title }) => {
      const body = {
        name: author,
        email,
        link: website ?? "",
        content: text,
        rid: +(parent ?? 0),
        ...place,
        page_title: title ?? "",
      };
      const made = await call("/comments", { method: "POST", body });
      const ahead = Math.round((clock(made.date) - Date.now()) / QUARTER) * QUARTER;
      if (Number.isFinite(ahead)) keep(zone, ahead);
      return { comment: commentOf(made, ahead || 0), token: "" };
    },
    think: async ({ id, vote, before }) => {
      const choice = vote ?? before ?? "up";
      const path = `/votes/comment/${encodeURIComponent(id)}/${choice}`;
      const send = () => call(path, { method: "POST", body: {} });
      let counted = await send();
      // The same vote again takes it back, and it may count another one from this address.
      const is = () => counted["is_" + choice];
      if (is() !== undefined && is() != !!vote) counted = await send();
      return { up: counted.up, down: counted.down };
    },
  };
};

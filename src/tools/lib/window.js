// Signing in in a window: what opens it, and what it says to the page that has opened it.
import { until } from "../../backend/lib/popup.js";

/**
 * Opens a window, in the press itself, because only that may. Answers what leads it on: a function
 * that takes the window's address, the origin where its last page is, and the type of what that says,
 * and answers what was said, or nothing where the window was closed before. Nothing at all where the
 * browser opens none.
 */
export const visit = () => {
  const opened = open("about:blank", "_blank", "popup,width=600,height=720");
  if (!opened) return undefined;
  const lead = async (begun) => {
    try {
      const { url, home, type } = await begun;
      const { protocol, href } = new URL(url);
      // The window is the page's own yet: a script as its address, which a server may send, would run in it.
      if (!/^https?:$/.test(protocol)) throw Error("Afterword: no address of the web: " + protocol);
      opened.location.replace(href);
      // What any other page says in it is nothing to go by.
      const heard = ({ data, origin }) => origin == home && data?.type == type && data;
      return await until(opened, { heard });
    } catch (error) {
      opened.close();
      throw error;
    }
  };
  return lead;
};

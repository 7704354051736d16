// What an adapter keeps in this browser. One that keeps nothing loses it with the page.

const memory = new Map();

/** What is kept under a name, parsed; none where there is nothing, or nothing that can be read. */
export const recall = (name) => {
  try {
    return JSON.parse(localStorage[name] ?? memory.get(name));
  } catch {
    return undefined;
  }
};

/** Keeps a value under a name; `undefined` forgets it. Says whether it outlives the page. */
export const keep = (name, value) => {
  const json = JSON.stringify(value);
  try {
    if (json === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, json);
    memory.delete(name);
    return true;
  } catch {
    memory.set(name, json);
    return false;
  }
};

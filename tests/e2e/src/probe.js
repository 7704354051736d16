// The first script of every test page: it writes down whatever goes wrong in the page, in the
// tab's storage, so that a reload doesn't wipe it out.
(() => {
  const KEY = "afterword-e2e-errors";
  const tell = (what) => {
    const told = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    sessionStorage.setItem(KEY, JSON.stringify([...told, what]));
  };
  addEventListener("error", (event) => {
    if (event instanceof ErrorEvent) tell(`uncaught: ${event.message}`);
  });
  addEventListener("unhandledrejection", (event) => {
    tell(`unhandled rejection: ${event.reason?.stack ?? event.reason}`);
  });
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    tell(`refused by policy: ${violatedDirective} ${blockedURI}`);
  });
  const { error } = console;
  console.error = (...what) => {
    tell(`console.error: ${what.map((it) => it?.stack ?? String(it)).join(" ")}`);
    error.apply(console, what);
  };
  // Which threads have their program by now.
  addEventListener("afterword:active", ({ target }) => (target.isActive = true));
  // A comment that executes anything would call one of these.
  for (const name of ["alert", "confirm", "prompt", "print", "pwned"])
    window[name] = () => tell(`executed: ${name}()`);
})();

// A script for pages that bring a backend of their own: `Afterword.registerBackend(name, backend)`, for
// elements with `data-backend="name"`. `backend` is an object, or makes one of the settings.
(() => {
  const afterword = (globalThis.Afterword ??= {});
  const backends = (afterword.backends ??= {});
  afterword.registerBackend = (name, backend) => {
    backends[name] = backend;
    dispatchEvent(new Event("afterword:backend"));
  };
})();

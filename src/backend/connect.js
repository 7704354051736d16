// What the widget brings where `data-backend` names another backend than Afterword's server.
import { adapter, made } from "./lib/adapters.js";
import { connect as shell } from "./lib/shell.js";

/** The backend that the options name: what the widget calls, what it offers at first, and itself. */
export const connect = async (options) => {
  const backend = await made(await adapter(options.backend), options);
  const offers = backend.offers ?? "";
  return {
    service: backend,
    adapter: shell(backend, options),
    offers: " " + (Array.isArray(offers) ? offers.join(" ") : offers),
  };
};

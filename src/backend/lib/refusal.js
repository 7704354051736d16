// Why a backend did not do what it was asked for: what the widget has a sentence for.

/** A refusal: `kind` is one of the problems of docs/protocol.md, or nothing where only an HTTP status is
    known; `limit` the bound that was passed, or the seconds to wait. */
export class Refusal extends Error {
  name = "Refusal";
  constructor(kind, { status = 0, limit } = {}) {
    super(kind || `status ${status}`);
    if (kind) this.type = "urn:afterword:problem:" + kind;
    this.status = status;
    this.limit = limit;
  }
}

/** An answer that is not what the call promises. `found` says on the console what it was. */
export class BadAnswer extends Error {
  name = "BadAnswer";
  constructor(found) {
    super(found);
    console.warn("Afterword:", found);
  }
}

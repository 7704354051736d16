/** Whether a key is the keyboard's own: it composes a sign, as of Japanese, that is not there yet. */
export const isComposing = (event) =>
  // Safari says 229 alone of the key that ends it.
  event.isComposing || event.keyCode == 229;

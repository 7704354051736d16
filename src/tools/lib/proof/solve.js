// Solves a challenge of ALTCHA's scheme (proof of work, version 2): tries one number after the other.
// This runs as a text in a worker too, so it may use nothing from outside itself.

/** The number that solves a challenge, and the key that proves it. */
export const solve = async ({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) => {
  const hash = algorithm.split("/")[1];
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const prefix = bytes(keyPrefix);
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const counted = new DataView(password.buffer, start.length);
  const salted = bytes(salt);

  // Pages that came without encryption have no WebCrypto: SHA-256, HMAC and PBKDF2 by hand.
  const byHand = () => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    const part = (root) => (root % 1) * 2 ** 32;
    const K = Int32Array.from(primes, (prime) => part(Math.cbrt(prime)));
    const H = Int32Array.from(primes.slice(0, 8), (prime) => part(Math.sqrt(prime)));
    const w = new Int32Array(64);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    const compress = (state, block) => {
      w.set(block);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
          w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0;
        d = c; c = b; b = a; a = (one + two) | 0;
      }
      return Int32Array.of(
        state[0] + a, state[1] + b, state[2] + c, state[3] + d,
        state[4] + e, state[5] + f, state[6] + g, state[7] + h,
      );
    };
    // A short message that follows one block, which is the key's.
    const block = (message) => {
      const padded = new Uint8Array(64);
      padded.set(message);
      padded[message.length] = 0x80;
      const view = new DataView(padded.buffer);
      view.setUint32(60, (64 + message.length) * 8);
      return Int32Array.from({ length: 16 }, (_, index) => view.getInt32(index * 4));
    };
    const next = new Int32Array(16);
    next[8] = 0x80000000;
    next[15] = (64 + 32) * 8;
    const first = Uint8Array.from([...salted, 0, 0, 0, 1]);
    return () => {
      const keyed = (by) => {
        const padded = new Uint8Array(64).fill(by);
        for (let i = 0; i < password.length; i++) padded[i] ^= password[i];
        const view = new DataView(padded.buffer);
        return compress(H, Int32Array.from({ length: 16 }, (_, index) => view.getInt32(index * 4)));
      };
      const inner = keyed(0x36);
      const outer = keyed(0x5c);
      const mac = (message) => {
        next.set(compress(inner, message));
        return compress(outer, next);
      };
      let u = mac(block(first));
      const sum = u.slice();
      for (let i = 1; i < cost; i++) {
        next.set(u);
        u = mac(next);
        for (let j = 0; j < 8; j++) sum[j] ^= u[j];
      }
      const view = new DataView(new ArrayBuffer(32));
      sum.forEach((word, index) => view.setInt32(index * 4, word));
      return new Uint8Array(view.buffer);
    };
  };

  const { subtle } = crypto;
  const derived = subtle
    ? async () => {
        const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
        const how = { name: "PBKDF2", hash, salt: salted, iterations: cost };
        return new Uint8Array(await subtle.deriveBits(how, key, keyLength * 8));
      }
    : byHand();
  let rested = performance.now();
  for (let counter = 0; ; counter++) {
    counted.setUint32(0, counter);
    const key = await derived();
    if (prefix.every((byte, index) => byte == key[index])) {
      const hex = Array.from(key, (byte) => byte.toString(16).padStart(2, "0"));
      return { counter, derivedKey: hex.join("") };
    }
    // Where it is not in a worker, the page goes on meanwhile.
    if (!subtle && performance.now() - rested > 8) {
      await new Promise((rest) => setTimeout(rest));
      rested = performance.now();
    }
  }
};

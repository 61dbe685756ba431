// Seals, signs and opens in the worker; where a browser cannot run it, on the page's own thread.

import { Background } from "../crypto/background.js";

export class Sealing {
  #background = new Background();
  #own = null; // the same work on the page's thread, once the worker has failed
  #turn = 0;

  /** Fills the tables of powers while the voter reads. Failing here is no matter: sealing tries again. */
  prepare(elections) {
    this.#background.run("prepare", { elections }).catch(() => {});
  }

  async #begin(task, onProgress) {
    if (!this.#own) {
      try {
        return await this.#background.run("seal", task, onProgress);
      } catch (problem) {
        if (problem.problem !== "worker") throw problem;
        this.#own = await import("../crypto/seal.js");
      }
    }
    return this.#own.seal(task, (done, total) => onProgress({ done, total }));
  }

  /** The seal numbers of both ballots, or null if another sealing was begun meanwhile. */
  async seal(task, onProgress) {
    this.#turn += 1;
    const turn = this.#turn;
    const numbers = await this.#begin(task, (progress) => { if (turn === this.#turn) onProgress(progress); });
    return turn === this.#turn ? numbers : null;
  }

  /** Makes the pair with these numbers castable; this or `burn`, and once. */
  async sign(numbers) {
    return this.#own ? this.#own.sign(numbers) : this.#background.run("sign", { numbers });
  }

  /** Opens the pair with these numbers, which can then never be cast. */
  async burn(numbers) {
    return this.#own ? this.#own.burn(numbers) : this.#background.run("burn", { numbers });
  }

  /** Forgets what stands and what is under way; the worker's memory goes with it. */
  empty() {
    this.#turn += 1;
    this.#background.empty();
    this.#own?.forget();
  }
}

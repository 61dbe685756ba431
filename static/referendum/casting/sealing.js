// Seals in the worker; where a browser cannot run it, on the page's own thread.

import { Background } from "../crypto/background.js";

export class Sealing {
  #background = new Background();
  #turn = 0;

  /** Fills the tables of powers while the voter reads. Failing here is no matter: sealing tries again. */
  prepare(elections) {
    this.#background.run("prepare", { elections }).catch(() => {});
  }

  async #inWorker(task, onProgress) {
    try {
      return await this.#background.run("seal", task, onProgress);
    } catch (problem) {
      if (problem.problem !== "worker") throw problem;
      const { seal } = await import("../crypto/seal.js");
      return seal(task, (done, total) => onProgress({ done, total }));
    }
  }

  /** The sealed ballots, or null if another sealing was begun meanwhile. */
  async seal(task, onProgress) {
    this.#turn += 1;
    const turn = this.#turn;
    const sealed = await this.#inWorker(task, (progress) => { if (turn === this.#turn) onProgress(progress); });
    return turn === this.#turn ? sealed : null;
  }

  /** Forgets what is under way; the worker's memory goes with it. */
  empty() {
    this.#turn += 1;
    this.#background.empty();
  }
}

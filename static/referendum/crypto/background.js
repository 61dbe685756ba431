// Hands work to the worker and answers with promises. A task given after `empty()` starts a new worker.
//
// The header allows one Trusted Types policy of one name a page. This one lets exactly this script's URL through and no
// HTML at all, so pages that seal or open must not also load forum/kernel/trusted.js's documents.

const WORKER = new URL("worker.js", import.meta.url).href;

let policy;

function workerUrl() {
  policy ??= globalThis.trustedTypes?.createPolicy("hustings", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("Only the ballot worker may be started.");
      return url;
    },
  });
  return policy ? policy.createScriptURL(WORKER) : WORKER;
}

/** What went wrong in a task; `problem` is a short word for the page to translate. */
export class TaskProblem extends Error {
  constructor(problem, message) {
    super(message);
    this.problem = problem;
  }
}

export class Background {
  #worker = null;
  #waiting = new Map();
  #last = 0;

  #start() {
    this.#worker = new Worker(workerUrl(), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      const waiting = [...this.#waiting.values()];
      this.empty();
      waiting.forEach(({ reject }) => reject(new TaskProblem("worker", "The worker could not run.")));
    });
  }

  #receive({ id, result, problem, message, ...progress }) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (progress.total) { waiting.onProgress(progress); return; }
    this.#waiting.delete(id);
    if (problem) waiting.reject(new TaskProblem(problem, message));
    else waiting.resolve(result);
  }

  run(task, facts, onProgress = () => {}) {
    if (!this.#worker) this.#start();
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, task, ...facts });
    });
  }

  /** Stops the worker; its memory goes with it. Tasks under way are never answered. */
  empty() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting.clear();
  }
}

// Has a challenge solved: in a worker, or where a page's policy lets there be none, in the page.
import { solve } from "./solve.js";

/** The program of the worker. */
const program = `onmessage=async({data})=>{
  try{postMessage(await(${solve})(data))}catch{postMessage(0)}
}`;

const inWorker = (parameters) =>
  new Promise((done, fail) => {
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    const worker = new Worker(url);
    const end = (settle) => (event) => {
      worker.terminate();
      URL.revokeObjectURL(url);
      settle(event);
    };
    worker.onmessage = end(({ data }) => (data ? done(data) : fail()));
    worker.onerror = end((event) => {
      event.preventDefault();
      fail();
    });
    worker.postMessage(parameters);
  });

/** Whether there can be workers, as far as that was tried. */
let hasWorkers = true;

/** What solves a challenge, with how many milliseconds it took. */
export const work = async ({ parameters }) => {
  const begun = performance.now();
  let solution;
  if (hasWorkers) {
    try {
      solution = await inWorker(parameters);
    } catch {
      hasWorkers = false;
    }
  }
  solution ??= await solve(parameters);
  // For whoever wants to know how long that takes: the developer tools show it.
  const { duration } = performance.measure("afterword:proof", { start: begun, detail: hasWorkers });
  return { ...solution, time: Math.round(duration) };
};

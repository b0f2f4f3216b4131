// How a test page is used: Go calls names() and run(name). A browser without a
// driver is sent to the page with ?report instead; it then runs every test in a
// frame of its own and posts what came of each; no name is the end.

export function offer(tests: Record<string, () => Promise<void>>): void {
  const api = {
    names: () => Object.keys(tests),
    run: async (name: string) => {
      await tests[name]!();
      return true;
    },
  };
  Object.assign(globalThis, api);
  if (new URLSearchParams(location.search).has("report")) report(api.names()).catch((error) => console.error(String(error)));
}

async function report(names: string[]): Promise<void> {
  if (document.readyState === "loading") await new Promise((loaded) => document.addEventListener("DOMContentLoaded", loaded));
  for (const name of names) {
    const error = await inFrame(name);
    await fetch("/report", { method: "POST", body: JSON.stringify({ name, error }) });
  }
  await fetch("/report", { method: "POST", body: JSON.stringify({ name: "", error: "" }) });
}

async function inFrame(name: string): Promise<string> {
  const frame = document.createElement("iframe");
  frame.src = location.pathname;
  await new Promise((loaded) => {
    frame.onload = loaded;
    document.body.append(frame);
  });
  const limit = new Promise<string>((resolve) => setTimeout(resolve, 60_000, "timed out"));
  const { run } = frame.contentWindow as unknown as { run(name: string): Promise<boolean> };
  const result = await Promise.race([limit, run(name).then(() => "", (error: Error) => `${error.message}\n${error.stack}`)]);
  frame.remove();
  return result;
}

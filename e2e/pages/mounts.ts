// Programs that are mounted as files, and what a restart of the worker leaves:
// mounts_test.go.

import { ProgramError, WASIX } from "wasix-web";
import { equal, ok, rejects } from "./check";

async function programs(): Promise<boolean> {
  const hello = fetch("/guest/hello.wasm");
  const sys = await WASIX.create({ mounts: {
    "/bin/hello": hello, "/opt/deep/hello": hello, "/bin/url": new URL("/guest/hello.wasm", location.href),
    "/bin/bad": new Blob(["\0asm\x01\0\0\0junk"]), "/data": "memory",
  } });
  const run = async (path: string): Promise<string> => (await sys.run("/guest/run.wasm", { args: ["run", path] })).stdout;
  for (const path of ["/bin/hello", "/opt/deep/hello", "/bin/url"]) equal(await run(path), "hello\n", path);
  equal(await run("/bin/bad"), "errno 45", "a file that is no program, although it begins as one");
  equal(await run("/bin/none"), "errno 44", "a file that is not there");
  await sys.fs.mount("/bin/later", fetch("/guest/hello.wasm"));
  equal(await run("/bin/later"), "hello\n", "mounted later");
  equal((await sys.fs.stat("/data")).type, "directory");
  await sys.close();
  await rejects(WASIX.create({ mounts: { "/bin/gone": fetch("/guest/gone.wasm") } }), ProgramError, /\/bin\/gone: .* answered 404/);
  await rejects(WASIX.create({ mounts: { "bin/x": fetch("/guest/hello.wasm") } }), TypeError, /not an absolute path/);
  return true;
}

/** A program that never makes a call is killed, or is out of time: what was synced is there afterwards, and programs are. */
async function restart(): Promise<boolean> {
  for (const how of ["kill", "timeoutMs"]) {
    const name = `restart ${how} ${performance.now()}`;
    const warnings: string[] = [];
    const sys = await WASIX.create({
      graceMs: 300, mounts: { "/data": { idb: name }, "/bin/hello": fetch("/guest/hello.wasm") }, files: { "/given": "given" },
      onWarn: (message) => warnings.push(message),
    });
    await sys.fs.writeFile("/data/synced", "kept");
    await sys.fs.sync();
    await sys.fs.writeFile("/tmp/lost", "in memory");
    const proc = await sys.spawn("/guest/spin.wasm", how === "kill" ? {} : { timeoutMs: 200 });
    if (how === "kill") proc.kill("SIGKILL");
    const status = await proc.exited;
    equal([status.reason, status.restarted, status.exitCode, status.signal], [how === "kill" ? "signaled" : "timeout", true, 137, "SIGKILL"], how);
    equal(await sys.fs.readText("/data/synced"), "kept", "what was synced");
    equal(await sys.fs.readText("/given"), "given", "what the page gave");
    ok(!await sys.fs.exists("/tmp/lost"), "a file in memory has survived");
    equal((await sys.run("/guest/run.wasm", { args: ["run", "/bin/hello"] })).stdout, "hello\n", "a program that is mounted");
    await sys.close();
    indexedDB.deleteDatabase(name);
  }
  return true;
}

Object.assign(globalThis, { programs, restart });

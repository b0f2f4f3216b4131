// src/worker/main.ts with the fake kernel.

import { connectKey, workerName } from "../src/protocol";
import { Session, serveOwner, type Wire } from "../src/worker/host";
import { boot } from "./fake_kernel";

(globalThis as unknown as Record<symbol, unknown>)[connectKey] = (port: MessagePort) => new Session(port as unknown as Wire, boot);

if (typeof document === "undefined" && self.name === workerName) serveOwner(boot);

// The worker script. In a worker of ours it serves the page that started it. In
// a worker of the user's own it waits for the client to connect.

import { connectKey, workerName } from "../protocol";
import { boot } from "./boot";
import { Session, serveOwner, type Wire } from "./host";

(globalThis as unknown as Record<symbol, unknown>)[connectKey] = (port: MessagePort) => new Session(port as unknown as Wire, boot);

if (typeof document === "undefined" && self.name === workerName) serveOwner(boot);

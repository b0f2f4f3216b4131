// Runs the program of suite/ for TestConformance.

async function start() {
  const go = new Go();
  // There are no guests, and so no memory of theirs to reach.
  go.importObject.bridge = new Proxy({}, { get: (_, name) => () => { throw new Error(`bridge.${name} was called`); } });
  const { instance } = await WebAssembly.instantiateStreaming(fetch("suite.wasm"), go.importObject);
  go.run(instance);
  return caseNames;
}

const run = (i, overlay) => new Promise((done) => runCase(i, overlay, done));

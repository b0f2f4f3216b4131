// The page that client_test.go opens.
import { tests } from "./client";

Object.assign(globalThis, {
  names: () => Object.keys(tests),
  run: async (name: string) => {
    await tests[name]!();
    return true;
  },
});

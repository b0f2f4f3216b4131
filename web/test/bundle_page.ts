// The page that bundle_test.go opens.
import { tests } from "./bundle";

Object.assign(globalThis, {
  names: () => Object.keys(tests),
  run: async (name: string) => {
    await tests[name]!();
    return true;
  },
});

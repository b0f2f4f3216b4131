// The page with the tests of bundle.ts.
import { tests } from "./bundle";
import { offer } from "./report";

offer(tests);

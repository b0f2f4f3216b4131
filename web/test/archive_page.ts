// The page with the tests of archive.ts.
import { tests } from "./archive";
import { offer } from "./report";

offer(tests);

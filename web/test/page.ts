// The page with the tests of client.ts.
import { tests } from "./client";
import { offer } from "./report";

offer(tests);

import { greet } from "./greet";
import table from "./table.json";

declare const BIG: boolean;

console.log(greet("web"));
if (BIG) console.log(table);

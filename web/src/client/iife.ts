// The build for a plain <script>: globalThis.WASIX. The error classes are its
// static members.
import { WASIX } from "./system";

(globalThis as unknown as { WASIX: typeof WASIX }).WASIX = WASIX;

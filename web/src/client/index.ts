// What the ESM build exports.
export { WASIX, WASIX as default } from "./system";
export { KernelError, ProgramError, WASIXError } from "./errors";

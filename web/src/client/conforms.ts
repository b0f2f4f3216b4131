// Makes tsc prove that the implementation is what wasix-web.d.ts says. Nothing
// here runs, and nothing imports it.

import type * as Public from "../wasix-web";
import * as implementation from "./index";

type Statics<T> = Omit<T, "prototype">;

export const statics: Statics<typeof Public.WASIX> = implementation.WASIX;
export const wasixError: typeof Public.WASIXError = implementation.WASIXError;
export const programError: typeof Public.ProgramError = implementation.ProgramError;
export const kernelError: typeof Public.KernelError = implementation.KernelError;
export const members = (system: implementation.WASIX): Pick<Public.WASIX, keyof Public.WASIX> => system;

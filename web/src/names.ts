// Names of errors and signals, in the order of their numbers. The numbers are
// those of wasix/abi; a test compares the two.

const errnoNames = (
  "SUCCESS 2BIG ACCES ADDRINUSE ADDRNOTAVAIL AFNOSUPPORT AGAIN ALREADY BADF BADMSG BUSY CANCELED CHILD " +
  "CONNABORTED CONNREFUSED CONNRESET DEADLK DESTADDRREQ DOM DQUOT EXIST FAULT FBIG HOSTUNREACH IDRM ILSEQ " +
  "INPROGRESS INTR INVAL IO ISCONN ISDIR LOOP MFILE MLINK MSGSIZE MULTIHOP NAMETOOLONG NETDOWN NETRESET " +
  "NETUNREACH NFILE NOBUFS NODEV NOENT NOEXEC NOLCK NOLINK NOMEM NOMSG NOPROTOOPT NOSPC NOSYS NOTCONN NOTDIR " +
  "NOTEMPTY NOTRECOVERABLE NOTSOCK NOTSUP NOTTY NXIO OVERFLOW OWNERDEAD PERM PIPE PROTO PROTONOSUPPORT " +
  "PROTOTYPE RANGE ROFS SPIPE SRCH STALE TIMEDOUT TXTBSY XDEV NOTCAPABLE SHUTDOWN MEMVIOLATION UNKNOWN PENDING"
).split(" ").map((name) => "E" + name);

const signalNames = (
  "NONE HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN " +
  "TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"
).split(" ").map((name) => "SIG" + name);

export const SIGKILL = 9;

/** errnoName gives "ENOENT" for 44, and "errno 200" for a number without a name. */
export function errnoName(errno: number): string {
  return errnoNames[errno] ?? `errno ${errno}`;
}

/** errnoNumber gives 44 for "ENOENT", and undefined for a name there is not. */
export function errnoNumber(name: string): number | undefined {
  const number = errnoNames.indexOf(name);
  return number < 0 ? undefined : number;
}

/** errnoOf finds the WASI number in something that was thrown; undefined: there is none. */
export function errnoOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  // `result` is what errors of @runno/wasi have.
  const { errno, result, code } = thrown as { errno?: unknown; result?: unknown; code?: unknown };
  for (const n of [errno, result, typeof code === "string" ? errnoNumber(code) : undefined]) {
    if (typeof n === "number" && Number.isInteger(n) && n > 0 && n < errnoNames.length) return n;
  }
  return undefined;
}

/** signalName gives "SIGTERM" for 15. */
export function signalName(signal: number): string {
  return signalNames[signal] ?? `signal ${signal}`;
}

/** signalNumber takes 15, "SIGTERM" or "TERM". Throws a TypeError for what is no signal. */
export function signalNumber(signal: string | number): number {
  const number = typeof signal === "number"
    ? signal
    : signalNames.findIndex((name) => name === signal || name.slice(3) === signal);
  if (!Number.isInteger(number) || number < 1 || number >= signalNames.length) {
    throw new TypeError(`no such signal: ${signal}`);
  }
  return number;
}

// When the kernel wants to be woken.

/**
 * Timers of the browser clamp to 4 ms once nested; what is due earlier is waited
 * for in turns of the event loop.
 */
export class Alarm {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private at = 0;
  private spinning = false;
  private turning = false;
  private channel: MessageChannel | undefined;

  constructor(private readonly expire: () => void) {}

  /** Has expire called at a time of performance.now(), and forgets the one before; 0: not at all. */
  set(at: number): void {
    clearTimeout(this.timer);
    this.spinning = false;
    if (at === 0) return;
    const wait = at - performance.now();
    if (wait > 5) {
      // setTimeout takes at most 2^31-1 ms; expire asks again.
      this.timer = setTimeout(() => this.set(at), Math.min(wait - 4, 0x7fffffff));
      return;
    }
    this.at = at;
    this.spinning = true;
    this.turn();
  }

  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    if (!this.channel) {
      this.channel = new MessageChannel();
      this.channel.port1.onmessage = () => this.turned();
    }
    this.channel.port2.postMessage(0);
  }

  private turned(): void {
    this.turning = false;
    if (!this.spinning) return;
    if (performance.now() < this.at) return this.turn();
    this.spinning = false;
    this.expire();
  }
}

/** What was made for tasks that have ended, by slot: the next task mostly gets the slot of the last one. */
export class Spares<T> {
  private bySlot = new Map<number, T>();

  put(slot: number, spare: T): void {
    this.bySlot.set(slot, spare);
    if (this.bySlot.size > 32) this.bySlot.delete(this.bySlot.keys().next().value!);
  }

  take(slot: number): T | undefined {
    const spare = this.bySlot.get(slot);
    this.bySlot.delete(slot);
    return spare;
  }
}

// Looks again and again while the page is visible: at leisure when nothing happens, every frame while
// something does. One look at a time, so that a busy host is not asked faster than it answers.

const IDLE = 300;

export class Poll {
  readonly #look: () => Promise<void>;
  readonly #busy: () => boolean;
  #running = false;
  #asked = false;
  #wake: () => void = () => undefined;

  constructor(look: () => Promise<void>, busy: () => boolean) {
    this.#look = look;
    this.#busy = busy;
    document.addEventListener('visibilitychange', () => this.now());
  }

  /** Ends the pause between two looks. */
  now(): void {
    this.#asked = true;
    this.#wake();
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!document.hidden) {
      this.#asked = false;
      await this.#look();
      if (!this.#asked) await this.#pause();
    }
    this.#running = false;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#busy()) requestAnimationFrame(() => resolve());
      // A page that was just hidden gets no frame.
      setTimeout(resolve, IDLE);
    });
  }
}

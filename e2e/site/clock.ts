// One clock for the clients of a history. Each process has its own idea of what time it is: browsers read the machine's clock
// when a process starts and count from there, so two that started while that clock was being set, as it is on a machine that
// has just started, differ for good. So one page tells the time, and the others find out how far from it they are: an answer
// was given between the question and its receipt, and many answers leave a narrow gap (Cristian, "Probabilistic clock
// synchronization", 1989).

/** Browsers round what the clock says, up or down, by no more than this, in ms (HTML, "coarsen time"; without isolation). */
const ROUNDED = 0.1;

const QUESTIONS = 40;

export interface Clock {
  /** Milliseconds; of the page that tells the time, if it is right. */
  now(): number;
  /** How far from right that can be, in ms. */
  readonly error: number;
}

interface Question {
  readonly asked: string;
}

interface Told {
  readonly answers: string;
  readonly time: number;
}

const here = () => performance.timeOrigin + performance.now();

/** This page's clock is everybody's, for as long as it lives. */
export function tellTime(): void {
  const channel = new BroadcastChannel('clock');
  channel.onmessage = ({ data }: MessageEvent<Question | Told>) => {
    if ('asked' in data) channel.postMessage({ answers: data.asked, time: here() } satisfies Told);
  };
}

/** The clock of the page that tells the time. There has to be one. */
export async function commonClock(): Promise<Clock> {
  const channel = new BroadcastChannel('clock');
  /** This clock is ahead of that one by at least, and at most. */
  let least = -Infinity;
  let most = Infinity;
  try {
    for (let question = 0; question < QUESTIONS; question += 1) {
      const asked = crypto.randomUUID();
      const told = new Promise<number>((resolve) => {
        channel.onmessage = ({ data }: MessageEvent<Question | Told>) => {
          if ('answers' in data && data.answers === asked) resolve(data.time);
        };
      });
      const before = here();
      channel.postMessage({ asked } satisfies Question);
      const time = await told;
      least = Math.max(least, before - time - 2 * ROUNDED);
      most = Math.min(most, here() - time + 2 * ROUNDED);
    }
  } finally {
    channel.close();
  }
  const ahead = (least + most) / 2;
  return { now: () => here() - ahead, error: (most - least) / 2 + ROUNDED };
}

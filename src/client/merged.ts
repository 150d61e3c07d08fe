// Several lists of keys as one.
import type { ListedKey } from '../rpc/protocol.ts';

type Keys = AsyncGenerator<ListedKey, void, undefined>;

/** One list by ascending id of lists that are; where two have an id, the earlier one's key comes first. */
export async function* merged(lists: readonly Keys[]): Keys {
  try {
    const heads = await Promise.all(lists.map((list) => list.next()));
    for (;;) {
      let least: { readonly index: number; readonly key: ListedKey } | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done === true) continue;
        if (least === undefined || head.value.id < least.key.id) least = { index, key: head.value };
      }
      if (least === undefined) return;
      yield least.key;
      const { index } = least;
      const next = await lists[index]?.next();
      if (next !== undefined) heads[index] = next;
    }
  } finally {
    await Promise.all(lists.map((list) => list.return()));
  }
}

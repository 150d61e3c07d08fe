// The demo page: opens the keystore as this tab, then shows the host's slot table and the keys, live.
import { type Keystore, openKeystore } from 'keyslot';
import { Actions } from './actions.ts';
import { failureOf } from './advice.ts';
import { type Demo, demoOf } from './api.ts';
import { Banner } from './banner.ts';
import { Channel } from './channel.ts';
import { byId, el, setText } from './dom.ts';
import { sourceChooser, wireCreate, wireRace, wireWorker } from './form.ts';
import { Journal } from './journal.ts';
import { KeyList } from './key-list.ts';
import { Poll } from './poll.ts';
import { SignatureList } from './signature-list.ts';
import { SlotTable } from './slot-table.ts';
import { openTabs, takeTabName } from './tabs.ts';

window.demo = start();
window.demo.catch((error: unknown) => {
  const { code, message, advice } = failureOf(error);
  const alert = byId('alert', HTMLElement);
  alert.hidden = false;
  alert.append(el('p', {}, el('code', { class: 'code' }, code), ` ${message}`), el('p', {}, advice));
});

async function start(): Promise<Demo> {
  const tab = await takeTabName();
  document.title = `${tab} · keyslot demo`;
  setText(byId('tab', HTMLElement), tab);
  const keys = await openKeystore({ name: 'keyslot-demo' });
  return page(tab, keys);
}

async function page(tab: string, keys: Keystore): Promise<Demo> {
  const channel = new Channel();
  const signatures = new SignatureList(byId('signatures', HTMLUListElement), channel);
  const journal = new Journal(byId('log', HTMLOListElement), byId('working', HTMLElement), () => poll.now());
  const slots = new SlotTable();
  const banner = new Banner();
  const actions = new Actions({
    keys,
    tab,
    journal,
    channel,
    signatures,
    onStats: (stats) => slots.show(stats),
  });
  const source = sourceChooser();
  const list = new KeyList(actions, source);
  signatures.onVerify = (signed) => actions.verify(signed);

  const host = byId('host', HTMLElement);
  const tabNames = byId('tabs', HTMLElement);
  const look = async (): Promise<void> => {
    try {
      const [stats, , tabs] = await Promise.all([keys.stats(), list.refresh(keys), openTabs()]);
      slots.show(stats);
      setText(host, `host ${stats.boot.slice(0, 8)}`);
      setText(tabNames, tabs.length === 1 ? `only tab ${tab} is open` : `tabs ${tabs.join(', ')} are open`);
      banner.hint({ tabs, keys: list.size, signatures: signatures.all().length });
    } catch (error) {
      // The next look reconnects by itself; until then the page says why it stands still.
      setText(host, `no host: ${failureOf(error).code}`);
    }
  };
  const poll = new Poll(look, () => journal.pending > 0);

  wireCreate(actions);
  wireWorker(actions);
  wireRace(actions);
  byId('clear', HTMLButtonElement).addEventListener('click', () =>
    byId('log', HTMLOListElement).replaceChildren(),
  );
  await look();
  journal.note(`This is client ${tab}. It holds no key: the host does.`);
  poll.now();
  byId('page', HTMLElement).dataset['ready'] = '';
  return demoOf({ tab, keys, actions, journal, signatures, banner, look });
}

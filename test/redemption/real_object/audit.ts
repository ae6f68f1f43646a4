import type { History, One } from "./acts.ts";
import { auditLedger } from "./audit_ledger.ts";
import { auditUses, isTold, useOf } from "./audit_uses.ts";
import { gather, told, type Evidence } from "./evidence.ts";
import { createPlayer } from "./player.ts";
import type { TestRig } from "./rig.ts";

const all: readonly One[] = ["v", "w", "p"];

/** Orders of this account are known to name instruments, so that one that none names says something. */
const isTelling = ({ history, story }: Evidence): boolean =>
  history.ordersCarryIds || story.orders.some((order) => order.closed && order.told);

/** A till that was never there before tries each instrument: what is somebody's it does not get, what is nobody's it gets. */
const lastTries = (before: Evidence, after: Evidence): string[] =>
  all.flatMap((one) => {
    const { isHeld, mayBeHeld } = useOf(before, one);
    const hears = after.story.calls.findLast(
      ({ till, ones: named }) => till === "last" && named.includes(one),
    )?.answer;
    if (!isTold(one, before)) return [];
    if (hears?.status === 200 && isHeld)
      return [`used twice: ${one} is given to the last till too`];
    const isElsewhere = before.crm[one].isUsed && before.crm[one].changes.at(-1)?.by === "others";
    // Its use may belong to somebody who was told of it, and that is judged elsewhere.
    const own = before.rows.filter((row) => row.one === one).at(-1);
    const isOwn = before.crm[one].isUsed && own?.state !== "reinstated";
    return hears?.status === 200 || mayBeHeld || isElsewhere || isOwn
      ? []
      : [`kept from all: ${one} is nobody's, and the last till hears ${hears?.text}`];
  });

/** Plays a history to its end. @returns what was broken, with the story; empty when nothing was. */
export const play = async (rig: TestRig, history: History): Promise<string> => {
  const player = await createPlayer(rig, history);
  const { story, customer } = player;
  try {
    await player.play();
    await player.end();
    const evidence = await gather(rig, history, customer, story);
    const faults = [
      ...auditUses(evidence, isTelling(evidence)),
      ...auditLedger(evidence, isTelling(evidence)),
    ];
    if (faults.length > 0) return `${[...new Set(faults)].join("\n")}\n${told(evidence)}`;
    const end = { ...evidence, story: { ...story, calls: [...story.calls] } };
    for (const one of all) await player.redeemAtLast(one);
    const after = await gather(rig, history, customer, story);
    const late = lastTries(end, after);
    return late.length > 0 ? `${late.join("\n")}\n${told(after)}` : "";
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const evidence = await gather(rig, history, customer, story);
    return `the history cannot be played: ${why}\n${told(evidence)}`;
  }
};

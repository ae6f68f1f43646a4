import * as z from "zod";
import type { History, One, PolicyName } from "./acts.ts";
import type { Customer } from "./player.ts";
import { viewSchema, type TestRig } from "./rig.ts";
import type { Story } from "./story.ts";

const instrumentSchema = z.object({
  redeemedOn: z.string().nullable(),
  history: z.array(
    z.object({ action: z.enum(["redeem", "reactivate"]), at: z.string(), seq: z.number() }),
  ),
});
const lettersSchema = z.object({
  items: z.array(z.object({ id: z.string(), kind: z.string() })),
});

export type Row = Omit<z.infer<typeof viewSchema>["redemptions"][number], "steps"> & {
  readonly one: One;
  readonly steps: readonly {
    readonly at: number;
    readonly event: string;
    readonly from: string;
    readonly to: string;
    readonly detail?: string | undefined;
  }[];
};
/** A change of an instrument in the CRM, and who asked for it. */
export type Change = {
  readonly action: "redeem" | "reactivate";
  readonly at: number;
  readonly by: "us" | "others";
};
export type InCrm = {
  readonly isUsed: boolean;
  readonly changes: readonly Change[];
  /** Sends of ours whose outcome we could not be told of. */
  readonly unclear: readonly number[];
};
export type Evidence = {
  readonly policy: PolicyName;
  readonly history: History;
  readonly story: Story;
  readonly rows: readonly Row[];
  readonly letters: readonly { readonly id: string; readonly kind: string }[];
  readonly crm: Readonly<Record<One, InCrm>>;
  readonly losses: readonly number[];
};

/** A call that lasted so long may have outlasted the gateway's patience, which a busy machine makes shorter. */
const longMs = 1_500;
/** Between the loss of an object and the end of what its calls do in the CRM. */
const aroundLossMs = 1_000;

/** What the CRM, the operations API and the dead letters say in the end. */
export const gather = async (
  rig: TestRig,
  history: History,
  customer: Customer,
  story: Story,
): Promise<Evidence> => {
  const { losses } = await rig.rest();
  const base = `/tenants/${rig.tenant.name}`;
  const [views, dead, log] = await Promise.all([
    rig.admin("GET", `${base}/channels/voyado/customers/${customer.id}/redemptions`),
    rig.admin("GET", `${base}/dead-letters`),
    rig.voyado.requests("", rig.mark()),
  ]);
  const senders = new Map(log.map(({ seq, headers }) => [seq, headers["user-agent"] ?? ""]));
  const isUs = (seq: number): boolean => senders.get(seq)?.startsWith("SitooCrmEdge") === true;
  const nameOf = (id: string): One =>
    id === customer.ids.p ? "p" : id === customer.ids.w ? "w" : "v";

  const rows = viewSchema.parse(views.json).redemptions.map((row) => ({
    ...row,
    one: nameOf(row.instrument),
    steps: row.steps.map((step) => ({ ...step, at: Date.parse(step.at) })),
  }));

  const inCrm = async (one: One): Promise<InCrm> => {
    const id = customer.ids[one];
    const kind = one === "p" ? "promotions" : "vouchers";
    const state = instrumentSchema.parse(await rig.voyado.control("GET", `/${kind}/${id}`));
    const sent = log.flatMap((entry) => {
      const at = Date.parse(String(entry.at));
      const ms = Number(entry.ms ?? 0);
      const isWrite = /\/(redeem|reactivate)$/.test(entry.path) && entry.path.includes(id);
      if (!isWrite || !isUs(entry.seq)) return [];
      const isClear = entry.status !== null && entry.status >= 400 && entry.status < 500;
      const isLost = losses.some(
        (loss) => loss > at - aroundLossMs && loss < at + ms + aroundLossMs,
      );
      return (entry.fault !== null && !isClear) || ms > longMs || isLost ? [at] : [];
    });
    // Whatever made it so, a machine that stood still too: the ledger says that it had no clear answer.
    const noted = rows.flatMap((row) =>
      row.one !== one
        ? []
        : row.steps.flatMap(({ to, from, at }, index) =>
            to === "unknown" || (to === "reversing" && from === "reversing")
              ? [row.steps[index - 1]?.at ?? at, at]
              : [],
          ),
    );
    const unclear = [...sent, ...noted];
    return {
      isUsed: state.redeemedOn !== null,
      changes: state.history.map(({ action, at, seq }) => ({
        action,
        at: Date.parse(at),
        by: isUs(seq) ? "us" : "others",
      })),
      unclear,
    };
  };
  const [v, w, p] = await Promise.all([inCrm("v"), inCrm("w"), inCrm("p")]);
  return {
    policy: rig.policy,
    history,
    story,
    rows,
    letters: lettersSchema.parse(dead.json).items,
    crm: { v, w, p },
    losses,
  };
};

/** The whole story for a person who looks why a history failed. */
export const told = ({ policy, story, rows, crm, letters, history, losses }: Evidence): string => {
  const { since } = story;
  const mine = new Set(rows.map(({ redemption_id }) => `redemption-${redemption_id}`));
  return [
    `--- setting ${JSON.stringify({ policy, ...history, acts: undefined })}`,
    ...story.lines,
    `--- losses ${losses.map(since).join(", ")}`,
    "--- trail",
    ...rows.flatMap((row) => [
      `${row.one} ${row.redeem_id.split(".")[1]?.slice(0, 5)} ${row.register ?? "bare"} is ${row.state}${row.order === undefined ? "" : `, order ${row.order}`}`,
      ...row.steps.map(
        ({ at, event, from, to, detail }) =>
          `    ${since(at)} ${event}: ${from} > ${to} ${detail ?? ""}`,
      ),
    ]),
    "--- CRM",
    ...(["v", "w", "p"] as const).map(
      (one) =>
        `${one} ${crm[one].isUsed ? "used" : "free"}: ${crm[one].changes.map(({ action, at, by }) => `${since(at)} ${action} by ${by}`).join(", ")}; unclear sends ${crm[one].unclear.map(since).join(", ")}`,
    ),
    "--- dead letters",
    ...letters.filter(({ id }) => mine.has(id)).map(({ id, kind }) => `${kind} ${id}`),
  ].join("\n");
};

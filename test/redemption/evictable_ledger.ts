import type { LedgerScope } from "../../src/redemption/ledger_client.ts";
import type { SitooSays } from "../../src/redemption/ledger_calls.ts";
import { hostLedger } from "../../src/redemption/ledger_host.ts";
import type { RedemptionRow } from "../../src/redemption/machine/redemption_row.ts";
import { createLedgerStore } from "../../src/redemption/tables/ledger_store.ts";
import { nextStep } from "../../src/redemption/machine/next_step.ts";
import type { InstrumentRef } from "../../src/model/instrument.ts";
import type { DeadLetter } from "../../src/tenants/dead_letters.ts";
import type { Redemption } from "../../src/tenants/tenant.ts";
import { channel, tenantWith } from "../tenant_fixture.ts";
import { createClock } from "./clock.ts";
import { quickStorage } from "./quick_storage.ts";
import { createSlowCrm } from "./slow_crm.ts";

export const check: InstrumentRef = { kind: "bonus_check", id: "b-1" };
export const promotion: InstrumentRef = { kind: "promotion", id: "p-1" };

export const defaults: Redemption = {
  promotions: "auto",
  bonusChecks: "auto",
  moment: "cart",
  reservationTtlMs: 4 * 3_600_000,
  replayWindowMs: 120_000,
  onReturn: "keep",
  onUnclaimed: "flag",
};
/** An alarm whose handler was lost with its object is run again by the runtime. */
const alarmAgainMs = 2_000;

export type Setting = {
  readonly policy?: Partial<Redemption>;
  readonly ordersCarryIds?: boolean;
  /** False: the CRM has no call to redeem, so the ledger is the truth. */
  readonly canRedeem?: boolean;
  /** So many times the place where people look cannot be written. */
  readonly lettersFail?: number;
  /** The first answers of Sitoo, asked for orders that name an instrument. */
  readonly sitooSays?: readonly SitooSays[];
};

/** One customer's ledger in its object, with the object's alarm, that can be lost at any moment. */
export const evictableLedger = (setting: Setting = {}) => {
  const clock = createClock(Date.parse("2026-11-23T10:00:00Z"));
  const crm = createSlowCrm(clock, [check, promotion], setting.canRedeem);
  const storage = quickStorage();
  const store = createLedgerStore({
    sql: { exec: storage.exec as SqlStorage["exec"] },
    transaction: storage.transaction,
  });
  const tenant = tenantWith([channel("club", { redemption: { ...defaults, ...setting.policy } })]);
  const scope: LedgerScope = {
    stored: {
      name: "acme",
      version: 1,
      revision: 1,
      document: "",
      credentials: [],
      ...(setting.ordersCarryIds === true ? { accountsWithInstruments: [90316] } : {}),
    },
    channelId: "club",
  };
  const letters: DeadLetter[] = [];
  /** What Sitoo answers next about an instrument; that no order names it, when empty. */
  const sitooSays: SitooSays[] = [...(setting.sitooSays ?? [])];
  let lettersFail = setting.lettersFail ?? 0;
  let alarm: number | undefined;
  let alarmLateMs = 0;
  let isWaking = false;
  let working = 0;
  let statements = 0;
  let loseBefore = Number.POSITIVE_INFINITY;
  let onLost: () => void = () => undefined;

  const ring = (at: number): void => {
    if (alarm !== at) return;
    if (isWaking) {
      clock.at(clock.now() + 100, () => ring(at));
      return;
    }
    alarm = undefined;
    isWaking = true;
    const woken = object;
    woken.host.alarm().then(
      () => {
        if (woken === object) isWaking = false;
      },
      () => undefined,
    );
  };
  const setAlarm = (at: number): void => {
    if (alarm !== undefined && alarm <= at) return;
    alarm = at;
    clock.at(at + alarmLateMs, () => ring(at));
  };

  /** As a queue does: again, until the object has answered. */
  const bringWakeUp = (at: number): void => {
    const woken = object;
    working += 1;
    woken.host.wakeUp(at).then(
      () => {
        if (woken === object) working -= 1;
      },
      () => undefined,
    );
    const again = (): void => {
      if (woken !== object) bringWakeUp(at);
    };
    clock.at(clock.now() + 10_000, again);
  };

  const open = () => {
    let isAlive = true;
    const living = (): void => {
      if (!isAlive) throw new Error("this object is gone");
    };
    const exec: typeof storage.exec = (query, ...bindings) => {
      living();
      statements += 1;
      if (statements === loseBefore) {
        lose();
        throw new Error("this object is gone");
      }
      return storage.exec(query, ...bindings);
    };
    const host = hostLedger({
      storage: {
        sql: { exec: exec as SqlStorage["exec"] },
        transaction: (work) => {
          living();
          return storage.transaction(work);
        },
      },
      now: clock.now,
      wakeBy: (at) => {
        if (isAlive) setAlarm(at);
        return Promise.resolve();
      },
      background: (work) => {
        if (!isAlive) {
          work.catch(() => undefined);
          return;
        }
        working += 1;
        const ended = (): void => {
          if (isAlive) working -= 1;
        };
        work.then(ended, ended);
      },
      name: "ledger-1",
      peer: () => {
        throw new Error("one customer alone in this test");
      },
      sendWakeUp: (message, delayMs) => {
        living();
        // A queue may bring a message twice.
        for (const ms of [delayMs, delayMs + 30_000])
          clock.at(clock.now() + ms, () => bringWakeUp(message.at));
        return Promise.resolve();
      },
      fromScope: () => Promise.resolve(tenant),
      byName: () => Promise.resolve({ kind: "found", tenant, stored: scope.stored }),
      index: () => ({ noteInstruments: () => Promise.resolve() }),
      askSitoo: () => Promise.resolve(sitooSays.shift() ?? "none"),
      crm: () => crm.crm,
      deadLetter: (entries) => {
        living();
        if (lettersFail > 0) {
          lettersFail -= 1;
          return Promise.reject(new Error("cannot be written"));
        }
        letters.push(...entries);
        return Promise.resolve();
      },
      log: () => undefined,
    });
    return {
      host,
      isAlive: (): boolean => isAlive,
      die: (): void => {
        isAlive = false;
      },
    };
  };
  let object = open();

  /** The object loses its memory, whatever it is doing; rows and the alarm stay. */
  const lose = (): void => {
    object.die();
    crm.dropAnswers();
    clock.dropTimers();
    if (isWaking) setAlarm(clock.now() + alarmAgainMs);
    isWaking = false;
    working = 0;
    object = open();
    onLost();
  };

  return {
    clock,
    crm,
    store,
    storage,
    scope,
    letters,
    lose,
    host: () => object.host,
    alarm: () => alarm,
    isIdle: (): boolean => working === 0 && !isWaking,
    rows: (): RedemptionRow[] => store.all(),
    /** Rows that the object must still work on by itself; returns are no part of these histories. */
    open: (): RedemptionRow[] =>
      store.all().filter((row) => {
        const step = nextStep(row, {
          now: clock.now(),
          replayWindowMs: (setting.policy ?? defaults).replayWindowMs ?? defaults.replayWindowMs,
          returns: { areUnseen: false, areAll: false },
        });
        return step.do !== "wait" || step.until !== undefined;
      }),
    statements: (): number => statements,
    /** Rises whenever a row or the CRM may have changed. */
    changes: (): number => statements + crm.acts(),
    loseBefore: (statement: number): void => {
      loseBefore = statement;
    },
    whenLost: (run: () => void): void => {
      onLost = run;
    },
    /** The alarm that is set never comes. */
    loseAlarm: (): void => {
      alarm = undefined;
    },
    wakeUpAt: (): number | undefined => store.wakeUpAt(),
    /** Alarms come this much too late from now on. */
    delayAlarms: (ms: number): void => {
      alarmLateMs = ms;
    },
    healed: (): void => {
      for (const list of Object.values(crm.fates)) list.length = 0;
      lettersFail = 0;
      sitooSays.length = 0;
      alarmLateMs = 0;
    },
  };
};

export type EvictableLedger = ReturnType<typeof evictableLedger>;

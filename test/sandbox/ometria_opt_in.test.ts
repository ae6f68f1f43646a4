import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./harness.ts";
import { type Account, accountOf } from "./ometria_account.ts";

// contracts/ometria.md §5, Subscribing; §6, unsubscribes.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const fresh = (): Account => accountOf(sandbox, `opt-in-${(instance += 1)}`);
const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

const EMAIL = "ny@example.com";
const contact = (rest: object = {}) => ({
  "@type": "contact",
  "@collection": "sitoo_pos",
  "@merge": true,
  id: "c-1",
  customer_id: "c-1",
  email: EMAIL,
  ...rest,
});
const IN = { marketing_optin: "EXPLICITLY_OPTEDIN", timestamp_subscribed: at(0) };
const OUT = { marketing_optin: "EXPLICITLY_OPTEDOUT", timestamp_unsubscribed: at(0) };
const optInOf = async ({ found }: Account, email = EMAIL): Promise<string | undefined> =>
  (await found(email))[0]?.marketing_optin;
const sent = async ({ state }: Account, kind: string) =>
  (await state()).sent.filter((one) => one.kind === kind);

describe("marketing_optin", () => {
  test("needs its timestamp on the same listing; only then the welcome goes out, once", async () => {
    const account = fresh();
    await account.pushed(contact({ marketing_optin: "EXPLICITLY_OPTEDIN" }));
    expect(await optInOf(account)).toBe("NOT_SPECIFIED");
    expect(await sent(account, "welcome")).toEqual([]);
    await account.pushed(contact(IN));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    await account.pushed(contact(OUT));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
    await account.pushed(contact(IN));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    expect(await sent(account, "welcome")).toMatchObject([{ to: EMAIL }]);
  });

  test("each of two records in one push has its effect, in their order", async () => {
    const account = fresh();
    await account.pushed(contact(IN), contact(OUT));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
    expect(await sent(account, "welcome")).toHaveLength(1);
  });

  test("an opt-in without time counts in another account, but welcomes nobody", async () => {
    const account = fresh();
    await account.set({ undatedOptIn: "counts" });
    await account.pushed(contact({ marketing_optin: true }));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    expect(await sent(account, "welcome")).toEqual([]);
  });

  test("a contact without a word of it, and NOT_SPECIFIED, leave it open", async () => {
    const account = fresh();
    await account.pushed(contact());
    expect(await optInOf(account)).toBe("NOT_SPECIFIED");
    await account.pushed(contact({ marketing_optin: "NOT_SPECIFIED" }));
    expect(await optInOf(account)).toBe("NOT_SPECIFIED");
    await account.pushed(contact({ marketing_optin: "YES" }));
    expect(await account.problems()).toEqual(["not a valid value at root > marketing_optin"]);
  });

  test("an opt-out anywhere wins; @force_optin wins over it, and over what comes unforced later", async () => {
    const account = fresh();
    await account.pushed(contact(IN), contact({ "@collection": "default", id: "w-1", ...OUT }));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
    await account.pushed(contact({ ...IN, "@force_optin": true }));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    await account.pushed(contact(OUT));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    await account.advance(1000);
    await account.pushed(contact({ ...OUT, "@force_optin": true }));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
  });

  test("@force_optin alone is an error, and nowhere but on top", async () => {
    const { pushed, problems } = fresh();
    await pushed(contact({ "@force_optin": true }));
    await pushed(contact({ channels: { "@force_optin": true } }));
    expect(await problems()).toEqual([
      "needs marketing_optin at root > @force_optin",
      "is not a known field at root > channels > @force_optin",
    ]);
  });

  test("the older text ranks sources instead", async () => {
    const account = fresh();
    await account.set({ optInRule: "sources" });
    const listing = (collection: string, source: string, choice: object) =>
      account.control("POST", "/contacts", {
        collection,
        source,
        id: collection,
        email: EMAIL,
        ...choice,
      });
    await listing("shop", "third_party", OUT);
    await listing("forms", "form", IN);
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    await account.pushed(contact({ ...OUT, timestamp_unsubscribed: at(-2) }));
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
    // By controller a form is Ometria's own and stands above the API.
    await account.set({ optInRule: "controller" });
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDIN");
    await account.set({ optInRule: "optOutWins" });
    expect(await optInOf(account)).toBe("EXPLICITLY_OPTEDOUT");
  });

  test("the seeds: in at the till and out in the web shop is out", async () => {
    const account = fresh();
    expect(await optInOf(account, "nora@example.net")).toBe("EXPLICITLY_OPTEDOUT");
    expect(await optInOf(account, "astrid@example.com")).toBe("EXPLICITLY_OPTEDIN");
    expect(await optInOf(account, "frans@example.com")).toBe("NOT_SPECIFIED");
    expect(await sent(account, "welcome")).toEqual([]);
  });
});

describe("unsubscribes (§6)", () => {
  test("the preference centre's are listed, the API's are not", async () => {
    const account = fresh();
    const list = async (query = "") =>
      (await account.api("GET", `/unsubscribes${query}`)).json<
        { email_address: string; type: string; timestamp: string; profile_id: string }[]
      >();
    expect(await list()).toMatchObject([
      { email_address: "kim@example.org", type: "link_unsubscribe" },
    ]);
    await account.pushed(contact(IN));
    await account.pushed(contact(OUT));
    expect(await list()).toHaveLength(1);
    const left = await account.control("POST", "/preferences", { email: "astrid@example.com" });
    expect(left.status).toBe(200);
    expect(await optInOf(account, "astrid@example.com")).toBe("EXPLICITLY_OPTEDOUT");
    const rows = await list("?type=preferences_centre");
    expect(rows).toMatchObject([{ email_address: "astrid@example.com" }]);
    expect(rows[0]?.profile_id).toBe((await account.found("astrid@example.com"))[0]?.id);
    const hour = (days: number) => at(days).slice(0, 19);
    expect(await list(`?since=${hour(-0.5)}`)).toHaveLength(1);
    expect(await list(`?before=${hour(-0.5)}`)).toHaveLength(1);
    expect(await list(`?since=${hour(-2)}&before=${hour(1)}`)).toHaveLength(2);
    for (const query of ["?since=2026-01-01", "?before=yesterday", "?type=api", `?since=${at(0)}`])
      expect((await account.api("GET", `/unsubscribes${query}`)).status).toBe(400);
  });

  test("back through the preference centre; an SMS stop word leaves e-mail alone", async () => {
    const account = fresh();
    const prefer = (body: object) =>
      account.control("POST", "/preferences", { email: "astrid@example.com", ...body });
    await prefer({});
    await prefer({ subscribed: true });
    await prefer({ type: "stopword_unsubscribe_DO" });
    expect(await optInOf(account, "astrid@example.com")).toBe("EXPLICITLY_OPTEDIN");
    const { profiles } = await account.state();
    expect(profiles.find(({ emails }) => emails.includes("astrid@example.com"))?.smsAllowed).toBe(
      false,
    );
    expect((await account.control("POST", "/preferences", { email: "x@example.com" })).status).toBe(
      400,
    );
  });
});

describe("SMS", () => {
  const PHONE = "+46701740611";
  const sms = (allowed: boolean, days = 0) => ({
    channels: { sms: { allow_marketing: allowed, dt_updated_marketing: at(days) } },
  });
  const asking = (rest: object = sms(true)) => ({
    "@type": "contact",
    "@collection": "optin:sms",
    id: "c-1",
    customer_id: "c-1",
    phone_number: PHONE,
    ...rest,
  });
  const allowed = async ({ state }: Account) =>
    (await state()).profiles.find(({ emails }) => emails.includes(EMAIL))?.smsAllowed;
  const double = async (): Promise<Account> => {
    const account = fresh();
    await account.set({ smsDoubleOptIn: true });
    await account.pushed(contact({ phone_number: PHONE }));
    return account;
  };

  test("single: what was said last, by its own time", async () => {
    const account = fresh();
    await account.pushed(contact(sms(true, -1)));
    expect(await allowed(account)).toBe(true);
    await account.pushed(contact({ "@collection": "default", id: "w", ...sms(false, -2) }));
    expect(await allowed(account)).toBe(true);
    await account.pushed(contact({ "@collection": "default", id: "w", ...sms(false) }));
    expect(await allowed(account)).toBe(false);
  });

  test("double: a yes elsewhere is ignored, optin:sms asks, the answer counts", async () => {
    const account = await double();
    await account.pushed(contact(sms(true)));
    expect([await allowed(account), await sent(account, "sms_confirmation")]).toEqual([false, []]);
    await account.pushed(asking());
    expect(await sent(account, "sms_confirmation")).toMatchObject([{ to: PHONE }]);
    expect(await allowed(account)).toBe(false);
    await account.control("POST", "/sms_confirmations", { phone_number: PHONE });
    expect(await allowed(account)).toBe(true);
  });

  test("double_optin:sms is confirmed already, and asks nobody", async () => {
    const account = await double();
    await account.pushed(asking({ ...sms(true), "@collection": "double_optin:sms" }));
    expect([await allowed(account), await sent(account, "sms_confirmation")]).toEqual([true, []]);
  });

  test("nothing is sent for an old opt-in, nor within three days of the last", async () => {
    const account = await double();
    await account.pushed(asking(sms(true, -11)));
    expect(await sent(account, "sms_confirmation")).toEqual([]);
    await account.pushed(asking(sms(true, -9)));
    await account.pushed(asking(sms(true, -1)));
    expect(await sent(account, "sms_confirmation")).toHaveLength(1);
    await account.advance(2.5 * DAY);
    await account.pushed(asking(sms(true, 2)));
    expect(await sent(account, "sms_confirmation")).toHaveLength(1);
    await account.advance(0.5 * DAY);
    await account.pushed(asking(sms(true, 2)));
    expect(await sent(account, "sms_confirmation")).toHaveLength(2);
  });

  test("those collections take identifiers and the consent alone", async () => {
    const account = await double();
    await account.pushed(asking({ ...sms(true), firstname: "Ny" }), asking({}));
    expect(await account.problems()).toEqual([
      "is not a known field at root > firstname",
      "is required at root > channels",
    ]);
  });
});

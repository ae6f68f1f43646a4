import { afterAll, beforeAll, expect, test } from "vitest";
import { callsOf, type Sandbox, startSandbox } from "./harness.ts";
import { type Account, accountOf } from "./ometria_account.ts";

// contracts/ometria.md §9.
let sandbox: Sandbox;
let instance = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const KEY = { "x-ometria-auth": "sandbox-ometria-mail-key" };
const name = (): string => `mail-${(instance += 1)}`;
const fresh = (): Account => accountOf(sandbox, name());
const send = ({ api }: Account, body: unknown) =>
  api("POST", "/transactional-email/send", body, KEY);

const mail = (rest: object = {}) => ({
  template_id: 12,
  transactional: true,
  subject: "Your receipt",
  stream: "receipts",
  from: { email: "hi@example.com", name: "Acme" },
  to: { email: "kim@example.org" },
  data: {
    contact: { firstname: "Kim" },
    details: { orderID: "pos-4711" },
    totals: { grandTotal: "2990.00" },
  },
  ...rest,
});
const pdf = btoa("%PDF-1.7 receipt");

test("sent at once, also to who opted out; no idempotency, so twice is two", async () => {
  const account = fresh();
  const first = await send(account, mail());
  expect(first.status).toBe(200);
  await send(account, mail());
  const { items } = (await account.control("GET", "/mails")).json<{
    items: { seq: number; at: string; delivered: boolean; blank: string[] }[];
  }>();
  expect(items).toMatchObject([
    { seq: 1, delivered: true, blank: [], body: mail() },
    { seq: 2, delivered: true, blank: [], body: mail() },
  ]);
  const later = (await account.control("GET", "/mails?since=1")).json<{ items: unknown[] }>();
  expect(later.items).toHaveLength(1);
});

test("sandbox true is answered alike and reaches nobody", async () => {
  const account = fresh();
  expect((await send(account, mail({ sandbox: true }))).status).toBe(200);
  expect((await account.state()).mails).toMatchObject([{ delivered: false }]);
});

test("merge fields that the template uses and the data lacks are blank", async () => {
  const account = fresh();
  await send(
    account,
    mail({ data: { details: { orderId: "pos-4711" }, totals: { grandTotal: "" } } }),
  );
  expect((await account.state()).mails[0]?.blank).toEqual([
    "contact.firstname",
    "details.orderID",
    "totals.grandTotal",
  ]);
});

test("complete HTML instead of a template, with PDFs", async () => {
  const account = fresh();
  const { template_id: _template, ...rest } = mail();
  const attachments = [{ name: "receipt.pdf", content: pdf }];
  expect((await send(account, { ...rest, content: "<p>Hi</p>", attachments })).status).toBe(200);
});

test.each<[string, object]>([
  ["no template", { template_id: undefined }],
  ["template and content", { content: "<p>Hi</p>" }],
  ["a template that is not there", { template_id: 13 }],
  ["template id as text", { template_id: "12" }],
  ["not transactional", { transactional: false }],
  ["no subject", { subject: "" }],
  ["no sender", { from: undefined }],
  ["no receiver", { to: {} }],
  ["receiver as text", { to: "kim@example.org" }],
  ["a wrong address", { to: { email: "kim" } }],
  ["a stream with a capital", { stream: "Orders" }],
  ["a stream with a space", { stream: "my receipts" }],
  ["an unknown field", { cc: "a@example.com" }],
  ["a profile that is not there", { profile_id: "2695-000000-000000" }],
  ["a bad PDF among good ones", { attachments: [{ content: pdf }, { content: btoa("text") }] }],
  ["an attachment that is not base64", { attachments: [{ content: "%PDF-1.7" }] }],
])("%s refuses the whole send", async (_name, change) => {
  const account = fresh();
  expect((await send(account, mail(change))).status).toBe(400);
  expect((await account.state()).mails).toEqual([]);
});

test("another account lets capitals pass, and answers nothing", async () => {
  const account = fresh();
  await account.set({ strictStream: false, mailAnswer: "empty" });
  const answer = await send(account, mail({ stream: "Orders" }));
  expect([answer.status, answer.text]).toEqual([200, ""]);
});

test("its own key and its own limit", async () => {
  const account = fresh();
  expect((await account.api("POST", "/transactional-email/send", mail())).status).toBe(403);
  const calls = callsOf(sandbox, name());
  await calls.controlOmetria("POST", "/profile", { pushPerSecond: 1 });
  const started = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const answer = await calls.ometria("POST", "/transactional-email/send", mail(), KEY);
      return answer.status;
    }),
  );
  const seconds = Math.floor((performance.now() - started) / 1000) + 1;
  const passed = statuses.filter((status) => status === 200).length;
  expect(passed).toBeGreaterThanOrEqual(30);
  expect(passed).toBeLessThanOrEqual(30 * seconds);
  expect(statuses.filter((status) => status === 429)).toHaveLength(60 - passed);
  const { mails } = (await calls.controlOmetria("GET", "/state")).json<{ mails: unknown[] }>();
  expect(mails).toHaveLength(passed);
});

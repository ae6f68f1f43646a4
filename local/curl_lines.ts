export type CurlValues = {
  readonly gateway: string;
  readonly sandbox: string;
  /** user:password */
  readonly spi: string;
  readonly events: string;
  readonly admin: string;
};

/** Seeded in the sandbox (sandbox/README.md). */
const astrid = "11111111-1111-4111-8111-111111111111";
const bonusCheck = "a0000001-0000-4000-8000-000000000001";
const promotion = "b0000001-0000-4000-8000-000000000001";

/** The lines that a newcomer pastes, in the order of a day at a till. */
export const curlLines = ({
  gateway,
  sandbox,
  spi,
  events,
  admin,
}: CurlValues): { readonly title: string; readonly line: string }[] => {
  const base = `${gateway}/demo/voyado/v2`;
  const till = `-H 'Store-ID: 200' -H 'Register-ID: till-1'`;
  const json = `-H 'Content-Type: application/json'`;
  const call = (rest: string): string => `curl -s -u '${spi}' ${till} ${rest}`;
  const items = `{"promotions":["${promotion}"],"bonus_checks":["${bonusCheck}"]}`;
  return [
    {
      title:
        "find by mobile; the card with bonus checks, promotions, consents, sections, voucher passwords",
      line: call(`'${base}/customers?key_type=mobile&key=070-174%2006%2005'`),
    },
    {
      title: "find by e-mail",
      line: call(`'${base}/customers?key_type=email&key=astrid@example.com'`),
    },
    {
      title: "find by personal id",
      line: call(`'${base}/customers?key_type=personal_id&key=189001019802'`),
    },
    {
      title: "find by member number",
      line: call(`'${base}/customers?key_type=member_number&key=10012'`),
    },
    {
      title: "look up in the person register",
      line: call(`'${base}/lookup?key_type=personal_id&key=189001049817'`),
    },
    {
      title: "add a customer (within ten minutes a repeat gets the same one)",
      line: call(
        `${json} -d '{"name_first":"Nils","name_last":"Exempel","email":"nils@example.com","mobile":"0701740650","accepts_communication":["email"]}' '${base}/customers'`,
      ),
    },
    {
      title: "edit one",
      line: call(
        `${json} -X PUT -d '{"invoice_address":{"city":"Uppsala"}}' '${base}/customers/${astrid}'`,
      ),
    },
    {
      title: "redeem a bonus check and a promotion",
      line: call(`${json} -d '${items}' '${base}/customers/${astrid}/redeem'`),
    },
    {
      title: "undo both",
      line: call(`${json} -X DELETE -d '${items}' '${base}/customers/${astrid}/redeem'`),
    },
    {
      title: "close a sale at the sandbox's till, and post its event as Sitoo does",
      line: `curl -s ${json} -d '{"customerId":"${astrid}","items":[{"sku":"A1"}]}' '${sandbox}/_sandbox/sitoo/demo/sell?answer=events' | curl -s -w '%{http_code}\\n' -u '${events}' ${json} -d @- '${gateway}/demo/events'`,
    },
    {
      title: "a second later: the receipt as Voyado got it",
      line: `curl -s '${sandbox}/_sandbox/voyado/demo/requests?path=/receipts'`,
    },
    {
      title: "and as Ometria got it, which is told of orders alone",
      line: `curl -s '${sandbox}/_sandbox/ometria/demo/received?type=order'`,
    },
    { title: "purchase history", line: call(`'${base}/customers/${astrid}/transactions?num=2'`) },
    {
      title: "the same customer in another CRM: a channel of its own",
      line: call(`'${gateway}/demo/omnium/v2/customers?key_type=mobile&key=070-174%2006%2005'`),
    },
    {
      title: "and in a third, which has bonus checks in a field and promotions as tags",
      line: call(`'${gateway}/demo/rule/v2/customers?key_type=email&key=astrid@example.com'`),
    },
    {
      title: "for operators: what could not be delivered (more in docs/admin.md)",
      line: `curl -s -H 'Authorization: Bearer ${admin}' '${gateway}/admin/tenants/demo/dead-letters'`,
    },
    {
      title: "another CRM: the same customer in Bloomreach",
      line: `curl -s -u '${spi}' ${till} '${gateway}/demo/bloomreach/v2/customers?key_type=email&key=astrid@example.com'`,
    },
  ];
};

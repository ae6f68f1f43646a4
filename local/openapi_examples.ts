/** Examples of the OpenAPI document: what the sandbox's invented customer gives, shortened. */
const promotion = { promotion_id: "b0000001-0000-4000-8000-000000000001", redeemed: false };
const bonusCheck = { bonus_check_id: "a0000001-0000-4000-8000-000000000001", redeemed: false };

const person = {
  name_first: "Ivar",
  name_last: "Register",
  mobile: "+46701740620",
  personal_id: "189001049817",
  gender: "male",
  birthday: "1971-02-03",
  invoice_address: { address: "Folkbokvägen 8", city: "Värnamo", zip: "33333", country_id: "SE" },
} as const;

const customer = {
  customer_id: "11111111-1111-4111-8111-111111111111",
  member_number: "10012",
  email: "astrid@example.com",
  name_first: "Astrid",
  name_last: "Exempel",
  mobile: "+46701740605",
  accepts_communication: ["email", "sms"],
  consents: ["memberTerms"],
  status: { color: "green", text: "Gold" },
  promotions: [
    {
      ...promotion,
      name: "10% off your purchase",
      promotion_type: { type: "cart_percent", value_int: 10 },
    },
  ],
  bonus_checks: [
    {
      ...bonusCheck,
      name: "Bonus voucher 50 kr",
      description: "",
      value: "50.00",
      value_int: 50,
      currency: "SEK",
      date_expires: "2030-01-31T00:00:00Z",
    },
  ],
  voucher_passwords: ["member", "staff"],
  sections: [{ title: "Membership", values: [{ text: "1250", title: "Points", type: "text" }] }],
} as const;

const redeemed = (now: boolean) => ({
  redeem_id: "ledger.group.mac",
  promotions: [{ ...promotion, redeemed: now }],
  bonus_checks: [{ ...bonusCheck, redeemed: now }],
});

export const examples = {
  person,
  customer,
  createBody: {
    name_first: "Nils",
    name_last: "Exempel",
    email: "nils@example.com",
    mobile: "0701740650",
    accepts_communication: ["email"],
  },
  updateBody: { invoice_address: { city: "Uppsala" } },
  redeemBody: {
    promotions: [promotion.promotion_id],
    bonus_checks: [bonusCheck.bonus_check_id],
  },
  redeemed: redeemed(true),
  consent: { consent_id: "memberTerms", name: "Member terms", description: "", value: false },
  transaction: {
    order_id: 12345,
    eshop_id: 1,
    receipt_id: "SII000000150000110009",
    date: "2030-01-31T10:15:00Z",
    store_id: "200",
    total: "2990.00",
    currency: "SEK",
    items: [{ sku: "A1", name: "Coat", quantity: 1, total: "2990.00" }],
  },
  event: {
    event_id: "5e9f0c1d2b3a49588776655443322110",
    event_type: "order",
    event_date: 1895996100,
    account_id: 90316,
    data: {
      eshop_id: 1,
      order_id: 12345,
      order_event_type: "update",
      order_state_changed: "closed",
    },
  },
} as const;

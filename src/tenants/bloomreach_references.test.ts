import { describe, expect, it } from "vitest";
import { checkFile } from "./file_check.ts";
import { pathText, type JsonObject } from "./json.ts";

const whole: JsonObject = {
  project_token: "1b2c3d4e-0000-4000-8000-000000000001",
  key_id: "KEY",
  secret: "SECRET",
  id_key: "0123456789abcdef0123456789abcdef",
};
const findings = (client: JsonObject, block: JsonObject = {}, own = whole): string[] => {
  const file: JsonObject = {
    tenant: "acme",
    sitoo: {
      api_url: "https://api.mysitoo.com/v2",
      account_id: 1,
      api_id: "1-1",
      api_password: "pw",
    },
    market: { country: "SE", locale: "sv-SE", currency: "SEK", time_zone: "Europe/Stockholm" },
    crm: {
      channels: [
        { id: "br", client_settings: client, handler: { bloomreach: { ...own, ...block } } },
      ],
    },
  };
  return checkFile(file).issues.map(
    ({ severity, path, what }) =>
      `${severity} ${pathText(file, path).replace(/^crm\.channels\[br\]\.?/, "")}: ${what}`,
  );
};

describe("a channel of Bloomreach's", () => {
  it("is in order with a project, a key, and what it fills in itself", () => {
    expect(findings({})).toEqual([]);
    expect(
      findings({
        fields_add: { email: "editable", name: "editable", mobile: "editable" },
        required: ["email"],
      }),
    ).toEqual([]);
  });

  it("offers no field that it has no place for", () => {
    expect(
      findings({
        fields_add: {
          email: "editable",
          company: "editable",
          accepts_mail: "editable",
          consents: "editable",
        },
        fields_edit: { delivery_address: "editable", gender: "readonly" },
        required: ["email"],
      }),
    ).toEqual([
      'error client_settings.fields_add.company: what is typed into "company" would be lost',
      'error client_settings.fields_add.accepts_mail: what is typed into "accepts_mail" would be lost',
      'error client_settings.fields_add.consents: what is typed into "consents" would be lost',
      'error client_settings.fields_edit.delivery_address: what is typed into "delivery_address" would be lost',
    ]);
  });

  it("has a field for the hard ID, asks for it, and does not let it be edited", () => {
    const name = { first: "properties.first_name" };
    expect(
      findings({ fields_add: { name: "editable" } }, { mapping: { name_first: name.first } }),
    ).toEqual(["error handler.bloomreach.mapping: no field fills ids.registered"]);
    expect(
      findings({ fields_add: { email: "editable" }, fields_edit: { email: "editable" } }),
    ).toEqual([
      'warning client_settings: a customer cannot be added without "email", and the form does not ask for it',
      'error client_settings.fields_edit.email: "email" is the hard ID, and cannot be edited',
    ]);
  });

  it("has each consent once, and warns of what is presumed", () => {
    expect(
      findings(
        {},
        {
          consents: [
            { category: "a", channel: "email" },
            { category: "b", channel: "email" },
            { category: "c", default: true },
            { category: "c" },
          ],
        },
      ),
    ).toEqual([
      "error handler.bloomreach.consents[1]: this consent stands here a second time",
      "warning handler.bloomreach.consents[2].default: given by whoever is added and not asked, also for an order's customer",
      "error handler.bloomreach.consents[3]: this consent stands here a second time",
    ]);
  });

  it("warns where ids are sealed by what others know, and refuses what is no place", () => {
    const { id_key: _, ...without } = whole;
    expect(findings({}, {}, without)).toEqual([
      "warning handler.bloomreach: customer ids are sealed by the project token alone",
    ]);
    expect(findings({}, { mapping: { email: "id.registered" } })).toEqual([
      'error handler.bloomreach.mapping.email: "email" must be properties.NAME or ids.TYPE',
    ]);
  });
});

import { error, type FileIssue } from "./file_issue.ts";
import { type JsonObject, type Path, valueAt } from "./json.ts";

type Written = {
  readonly id: unknown;
  readonly path: Path;
  readonly block: unknown;
  /** The Sitoo account that its market sells through. */
  readonly account: unknown;
};

/** As the file has it: host, and what the tenant calls the account. */
const instanceOf = ({ block }: Written): string =>
  JSON.stringify([valueAt(block, ["api_url"]) ?? "", valueAt(block, ["account"]) ?? ""]);

/**
 * What channels of one account of Ometria must not do to each other: the address is every retailer's, and
 * an order takes the place of the one with its id.
 */
export const ometriaFaults = (file: JsonObject): FileIssue[] => {
  const channels = valueAt(file, ["crm", "channels"]);
  const destinations = valueAt(file, ["orders", "deliver_to"]);
  const written = (Array.isArray(channels) ? channels : []).flatMap((channel, index): Written[] => {
    const block = valueAt(channel, ["handler", "ometria"]);
    const market = valueAt(channel, ["market"]);
    const account =
      typeof market === "string" ? valueAt(file, ["markets", market, "sitoo"]) : undefined;
    const path = ["crm", "channels", index, "handler", "ometria"];
    return block === undefined ? [] : [{ id: valueAt(channel, ["id"]), path, block, account }];
  });
  const keys = written.flatMap((one, index) => {
    const key = valueAt(one.block, ["api_key"]);
    return written
      .slice(0, index)
      .some(
        (other) =>
          instanceOf(other) === instanceOf(one) && valueAt(other.block, ["api_key"]) !== key,
      )
      ? [
          error([...one.path, "api_key"], "another channel has another key for the same account", {
            why: "all retailers share the address: without a name, two accounts count as one, and orders go to one of them",
            mend: "write account: and a name of its own beside one of the keys, or give both the same key",
          }),
        ]
      : [];
  });
  const entries = (Array.isArray(destinations) ? destinations : []).flatMap((entry, index) => {
    const channel = written.find(({ id }) => id === valueAt(entry, ["channel"]));
    return channel === undefined
      ? []
      : [{ channel, index, namespace: valueAt(entry, ["namespace"]) ?? "" }];
  });
  const namespaces = entries.flatMap((one, position) =>
    entries
      .slice(0, position)
      .some(
        (other) =>
          instanceOf(other.channel) === instanceOf(one.channel) &&
          other.channel.account !== one.channel.account &&
          other.namespace === one.namespace,
      )
      ? [
          error(
            ["orders", "deliver_to", one.index],
            "orders of two Sitoo accounts would take each other's place",
            {
              why: "their ids are numbered alike, and Ometria knows an order by its id",
              mend: "give each entry a namespace of its own",
            },
          ),
        ]
      : [],
  );
  return [...keys, ...namespaces];
};

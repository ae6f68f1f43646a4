import type { MessageCode } from "./problem.ts";
import type { Texts } from "./texts.ts";

export type MessageValues = {
  readonly fields?: string;
  readonly storeId?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  readonly timeZone?: string;
  readonly locale?: string;
  /** An amount with its currency. */
  readonly left?: string;
};

/** The text that a cashier reads; times are written as in `locale`. */
export const message = (
  code: MessageCode,
  texts: Texts,
  locale: string,
  values: MessageValues = {},
): string => {
  const store =
    values.storeId === undefined
      ? texts.elsewhere
      : texts.inStore.replace("{id}", () => values.storeId ?? "");
  const time =
    values.at === undefined
      ? ""
      : `, ${new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", timeZone: values.timeZone ?? "UTC" }).format(values.at)}`;
  return texts.messages[code]
    .replace("{fields}", () => values.fields ?? "")
    .replace("{store}", () => store)
    .replace("{time}", () => time)
    .replace("{left}", () => values.left ?? "0")
    .trim();
};

import { error, type FileIssue } from "./file_issue.ts";
import { type Path, valueAt } from "./json.ts";

/** A block of a tenant file as it is written, not checked yet. */
export type Block = Readonly<Record<string, unknown>>;

export const warning = (path: Path, what: string, more: Partial<FileIssue> = {}): FileIssue => ({
  ...error(path, what, more),
  severity: "warning",
});

export type Form = "fields_add" | "fields_edit";

export const isEditable = (channel: Block, form: Form, field: string): boolean => {
  const fields = valueAt(channel, ["client_settings", form]);
  return [field, field.startsWith("accepts_") ? "accepts_communication" : field].some(
    (name) => valueAt(fields, [name]) === "editable",
  );
};
export const isOffered = (channel: Block, field: string): boolean =>
  isEditable(channel, "fields_add", field) || isEditable(channel, "fields_edit", field);

import type * as z from "zod/mini";
import type { sections } from "./schema_sections.ts";
import type { SectionConfig } from "./tenant.ts";

export type SectionFile = z.output<typeof sections>[number];

export const sectionFromFile = ({ title, attributes }: SectionFile): SectionConfig => ({
  title,
  attributes: attributes.map((entry) => ({
    attribute: entry.attribute,
    title: entry.title,
    ...(entry.display_true === undefined ? {} : { displayTrue: entry.display_true }),
    ...(entry.display_false === undefined ? {} : { displayFalse: entry.display_false }),
  })),
});

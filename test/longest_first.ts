import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take a minute or more: one that began last would keep the whole run waiting. */
const long = [
  "test/storm/storm.test.ts",
  "test/redemption/real_object.test.ts",
  "test/conformance/backfill.test.ts",
  "test/conformance/rule.test.ts",
  "test/conformance/bloomreach.test.ts",
];

/** The long files first, the rest in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      long.some((path) => moduleId.endsWith(path));
    // oxlint-disable-next-line no-array-sort -- vitest's own order, not an array's
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

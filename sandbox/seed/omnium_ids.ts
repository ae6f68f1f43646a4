const numbered =
  (prefix: string) =>
  (number: number): string =>
    `${prefix}-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Omnium's own id of a customer, unlike the one in Voyado, so that a mix-up of the two shows. */
export const omniumId = (memberNumber: string): string =>
  numbered("e1000000")(Number(memberNumber));
export const voucherId = numbered("a2000001");
export const promotionId = numbered("b2000001");
export const couponId = numbered("d2000001");

export const ASTRID = omniumId("10012");
export const BERTIL = omniumId("10013");
export const HEDDA = omniumId("10019");
export const NORA = omniumId("10020");
export const AINO = omniumId("10021");
export const JORDAN = omniumId("10022");

/** A value as one line of text. */

import { toHex } from "../base/bytes";
import { isBytes, isList, isMap, type Value } from "../base/value";

export function valueText(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (isBytes(value)) return toHex(value);
  if (isList(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isMap(value)) return `{${[...value].map(([key, item]) => `${key}: ${valueText(item)}`).join(", ")}}`;
  return String(value);
}

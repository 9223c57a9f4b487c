/** What the tutor finds: the engine's JSON (engine/tutor/findings_json.h), and its words. */
import type { FindingKind } from "./engine/names.generated";
import type { Names, Say } from "./words";
import type { Value } from "./written";

/** A text of the catalogue, and what fills it in. */
export interface Text {
  key: string;
  values: Record<string, Value>;
}

export interface Finding {
  kind: FindingKind;
  /** What was seen, and what it means. */
  message: Text[];
  /** The one change to make. */
  cure: Text;
  /** The same as Python's parameters; empty when the cure lies in the data. */
  change: Record<string, number | string | boolean>;
  /** The cure is to standardize the inputs, or the target of an "unscaled_target". */
  standardizes: boolean;
}

/** Read what the engine wrote: numbers come as "#" and their bits. */
export function findingsFrom(json: string): Finding[] {
  const bits = new DataView(new ArrayBuffer(8));
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith("#")) return value;
    bits.setBigUint64(0, BigInt(`0x${value.slice(1)}`));
    return bits.getFloat64(0);
  }) as Finding[];
}

export function titleOf(finding: Finding, say: Say): string {
  return say(`finding.${finding.kind}.title`);
}

/** `names`: what to call classes and inputs. */
export function messageOf(finding: Finding, say: Say, names: Names = {}): string {
  return finding.message.map(({ key, values }) => say.filled(key, values, names)).join("");
}

export function cureOf(finding: Finding, say: Say, names: Names = {}): string {
  return say.filled(finding.cure.key, finding.cure.values, names);
}

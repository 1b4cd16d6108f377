import type { DeskEvent, Viewer } from "../api/contract";

/** How long somebody counts as looking, or as typing, after his last sign. */
const LOOKS_MS = 45_000;
const TYPES_MS = 8_000;

/** Colleagues who have the same conversation open, with the moments until which that holds. */
export type Company = ReadonlyMap<number, { name: string; looks: number; types: number }>;

/** What the service says of who is there. */
export function companyOf(viewers: readonly Viewer[], now: number): Company {
  return new Map(
    viewers.map(({ id, name, typing }) => [
      id,
      { name, looks: now + LOOKS_MS, types: typing ? now + TYPES_MS : 0 },
    ]),
  );
}

/** What an event makes of it; `own` is the id of who looks, who is no company of himself. */
export function afterSign(company: Company, event: DeskEvent, own: number, now: number): Company {
  const { kind, staff_id: id, name = "同事", by, left, typing } = event;
  if (!id || id === own) return company;
  const changed = new Map(company);
  const known = company.get(id);
  if (kind === "conversation.viewers" && left) changed.delete(id);
  else if (kind === "conversation.viewers")
    changed.set(id, { name, looks: now + LOOKS_MS, types: known?.types ?? 0 });
  else if (kind === "conversation.typing" && by === "operator")
    changed.set(id, { name, looks: now + LOOKS_MS, types: typing ? now + TYPES_MS : 0 });
  return changed;
}

/** Who is there at this moment. */
export function present(company: Company, now: number): Viewer[] {
  return [...company]
    .filter(([, { looks }]) => looks > now)
    .map(([id, { name, types }]) => ({ id, name, typing: types > now }));
}

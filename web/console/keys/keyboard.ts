import type { Permission } from "../api/contract";

/** One key, or two one after another, and what it does. */
export interface Shortcut {
  /** Who handles it, e.g. `conversation.claim`. */
  id: string;
  /** Strokes as `strokeOf` writes them, with a space between two: `j`, `g i`, `Ctrl+Alt+1`. */
  keys: string;
  /** What it does, in the operator's words. */
  does: string;
  /** Who lacks it is not shown the key: it does nothing for him. */
  permission?: Permission;
}

/** Shortcuts that work in one place of the console. */
export interface Section {
  title: string;
  permission?: Permission;
  shortcuts: readonly Shortcut[];
}

/** What a shortcut does; `false` says that it did nothing, and the key keeps its own meaning. */
export type Handler = () => unknown;
export type Handlers = Partial<Record<string, Handler>>;

/** How long the second of two strokes may take. */
const PATIENCE_MS = 1_500;

/**
 * Finds what a stroke means. Who binds last is asked first. Strokes without Ctrl, Alt or Meta mean
 * nothing while somebody writes, and no shortcut reaches behind an open dialog.
 */
export class Keyboard {
  private readonly bound: Handlers[] = [];
  private readonly meanings = new Map<string, Shortcut[]>();
  private readonly leaders = new Set<string>();
  private pending: { stroke: string; at: number } | null = null;

  constructor(
    sections: readonly Section[],
    private readonly clock: () => number = () => performance.now(),
  ) {
    for (const shortcut of sections.flatMap((section) => section.shortcuts)) {
      const known = this.meanings.get(shortcut.keys) ?? [];
      this.meanings.set(shortcut.keys, [...known, shortcut]);
      const [leader, follower] = shortcut.keys.split(" ");
      if (follower) this.leaders.add(leader!);
    }
  }

  /** Answers these shortcuts until the function that it gives is called. */
  bind(handlers: Handlers): () => void {
    this.bound.push(handlers);
    return () => {
      const place = this.bound.indexOf(handlers);
      if (place >= 0) this.bound.splice(place, 1);
    };
  }

  /** Whether the stroke meant something and was done. */
  handle(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing || isInDialog(event.target)) return false;
    const stroke = strokeOf(event);
    const isPlain = stroke !== "Escape" && !/(Ctrl|Alt|Meta)\+/.test(stroke);
    if (isPlain && isWriting(event.target)) return false;
    if (!this.means(stroke)) return false;
    event.preventDefault();
    return true;
  }

  private means(stroke: string): boolean {
    const now = this.clock();
    const leader = this.pending;
    this.pending = null;
    const isPair = leader !== null && now - leader.at < PATIENCE_MS;
    if (isPair && this.run(`${leader.stroke} ${stroke}`)) return true;
    if (this.run(stroke)) return true;
    if (!this.leaders.has(stroke)) return false;
    this.pending = { stroke, at: now };
    return true;
  }

  private run(keys: string): boolean {
    const meanings = this.meanings.get(keys) ?? [];
    for (const handlers of [...this.bound].reverse())
      for (const { id } of meanings) {
        const handler = handlers[id];
        if (handler && handler() !== false) return true;
      }
    return false;
  }
}

/**
 * A stroke as the map of keys writes it. A Chinese input method gives `Process` or a full-width
 * mark for the key: then the key's place on the keyboard tells.
 */
export function strokeOf(event: KeyboardEvent): string {
  const isPrintable = [...event.key].length === 1;
  const isAscii = /^[\x21-\x7e]$/.test(event.key);
  const key =
    isAscii || !(isPrintable || event.key === "Process") ? event.key.toLowerCase() : byPlace(event);
  const named = key.length > 1 ? event.key : key;
  const shift = event.shiftKey && !/^[^a-z0-9]$/.test(key);
  const modifiers = [
    event.ctrlKey && "Ctrl+",
    event.altKey && "Alt+",
    event.metaKey && "Meta+",
    shift && "Shift+",
  ];
  return modifiers.filter(Boolean).join("") + named;
}

/** Whether text is being written at this place. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  const writes = !["checkbox", "radio", "button", "submit", "file", "range"].includes(
    (target as HTMLInputElement).type,
  );
  return target instanceof HTMLInputElement && writes;
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[aria-modal="true"], dialog') !== null;
}

function byPlace({ code, shiftKey }: KeyboardEvent): string {
  if (code === "Slash") return shiftKey ? "?" : "/";
  const [, letter] = /^(?:Key|Digit)(\w)$/.exec(code) ?? [];
  return letter?.toLowerCase() ?? code;
}

import { reactive, watch } from "vue";

export type Theme = "auto" | "light" | "dark";

/** How one works at this browser; it holds nothing about anybody's matter. */
export interface DeskSettings {
  theme: Theme;
  /** Desktop notifications, once the operator has asked for them. */
  notify: boolean;
  sound: boolean;
  /** Whether suggestions are unfolded. */
  suggestions: boolean;
}

const KEY = "desk:settings";
const DEFAULTS: DeskSettings = { theme: "auto", notify: false, sound: false, suggestions: true };

export const settings = reactive<DeskSettings>({ ...DEFAULTS, ...kept() });

watch(settings, (now) => localStorage.setItem(KEY, JSON.stringify(now)));

const prefersDark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

/** Keeps the page in the colours that are chosen, or in those of the system. */
export function keepTheme(): void {
  const apply = () => {
    const isDark = settings.theme === "dark" || (settings.theme === "auto" && prefersDark?.matches);
    document.documentElement.classList.toggle("dark", isDark === true);
  };
  watch(() => settings.theme, apply, { immediate: true });
  prefersDark?.addEventListener("change", apply);
}

function kept(): Partial<DeskSettings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<DeskSettings>;
  } catch {
    return {};
  }
}

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

/**
 * Where `npm run dev` finds the service; the built files always talk to the origin they came from.
 */
const service = process.env.HELPLINE_URL ?? "http://127.0.0.1:8000";

/** The pages; each is built by itself, so that visitors load nothing of the desk's. */
const PAGES: Record<string, string> = { production: "index.html", console: "console.html" };

export default defineConfig(({ mode }) => ({
  plugins: [vue()],
  publicDir: false,
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
  server: { proxy: { "/api": service } },
  build:
    mode === "widget"
      ? {
          // One classic script: an outside site needs a single tag, and only a classic script knows
          // its own address.
          emptyOutDir: false,
          rolldownOptions: {
            input: "widget/embed.ts",
            output: { format: "iife", entryFileNames: "widget.js" },
          },
        }
      : {
          // Inlined files would be data: addresses, which a strict policy may refuse.
          assetsInlineLimit: 0,
          emptyOutDir: mode !== "console",
          modulePreload: { polyfill: false },
          rolldownOptions: { input: PAGES[mode] ?? "index.html" },
        },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
}));

import { createApp } from "vue";
import { watchActivity } from "./api/activity";
import App from "./App.vue";
import { keepTheme } from "./keeping/settings";
import { Keyboard } from "./keys/keyboard";
import { KEYBOARD, SECTIONS } from "./keys/use";
import { KEYMAP } from "./keymap";
import { createDeskRouter } from "./router";
import "./styles/desk.css";

keepTheme();
watchActivity();

const keyboard = new Keyboard(KEYMAP);
addEventListener("keydown", (event) => keyboard.handle(event));

createApp(App)
  .provide(KEYBOARD, keyboard)
  .provide(SECTIONS, KEYMAP)
  .use(createDeskRouter())
  .mount("#desk");

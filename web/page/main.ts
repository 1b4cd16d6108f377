import "./page.css";
import { defineHelpline, type HelplineElement } from "../widget/element";
import { takenLink } from "../widget/moving/arrival";

const helpline = document.querySelector<HelplineElement>("ip-helpline")!;
helpline.link = takenLink();
defineHelpline();

// A link that is opened where the page is open already changes no more than the fragment.
addEventListener("hashchange", () => {
  const link = takenLink();
  if (link !== undefined) helpline.follow(link);
});

import "./page.css";
import { defineHelpline } from "../widget/element";

defineHelpline();

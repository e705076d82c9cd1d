/** The permanent diagonal band of an exercise. */

import { h } from "./dom";

export function exerciseBand(): HTMLElement {
  return h("div", { class: "band", role: "note" }, h("span", { lang: "en", dir: "ltr" }, "EXERCISE"), " ", h("span", { lang: "ar", dir: "rtl" }, "تمرين"));
}

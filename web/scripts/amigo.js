// Small comforts for those who have JavaScript. Every page works without any of this.
//
// Everything listens on the document, once: htmx replaces the body, and what is bound to an
// element would be lost with it.

import "./keys.js";
import "./dialogs.js";
import "./drafts.js";
import "./files.js";
import "./grid.js";
import "./here.js";
import "./live.js";
import "./moments.js";
import "./palette.js";
import "./peek.js";
import "./search.js";
import "./stay.js";
import "./templates.js";
import "./travel.js";
import "./typing.js";

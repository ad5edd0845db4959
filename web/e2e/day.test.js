// The main story on what everybody starts with: one process, SQLite, nothing configured.

import { liveADay } from "./day.js";
import { story } from "./harness.js";

story("a day at the desk: asked on the web and by mail, answered, reopened, solved, counted", liveADay);

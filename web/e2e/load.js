// Runs before the stories: what most of them begin with is loaded once.

import { load } from "./amigo.js";

await load();

import { open } from "/lab.js";

open(document.getElementById("lab"));

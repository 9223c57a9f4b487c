/** The static folder's page. */
import { openPage } from "./page";

const place = document.getElementById("lab");
if (place) void openPage(place);

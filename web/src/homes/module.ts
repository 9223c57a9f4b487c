/** The lab in one module: a notebook's widget, `<moonlet-lab>` in any page, and the single file. */
import "../page_element";
import { render } from "./notebook";

export { openPage } from "./page";
export default { render };
